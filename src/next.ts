export { type NextHandler, type NextHandlers, type RequestHandler, toNextHandler } from './next/next-handler.js'
