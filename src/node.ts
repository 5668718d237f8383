export { type NodeHandler, type RequestHandler, toNodeHandler } from './node/node-handler.js'
