export { spanish } from './react/languages/es.js'
