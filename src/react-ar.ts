export { arabic } from './react/languages/ar.js'
