export { brazilianPortuguese } from './react/languages/pt-br.js'
