import { oneOf } from '../../values/shape.js'

/** Accepts how several attempts at one thing count: only the best of them. */
export const take = oneOf(['best'])
