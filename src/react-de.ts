export { german } from './react/languages/de.js'
