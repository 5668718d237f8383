export { french } from './react/languages/fr.js'
