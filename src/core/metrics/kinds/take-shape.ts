import * as z from 'zod/mini'

/** Accepts how several attempts at one thing count: only the best of them. */
export const take = z.enum(['best'])
