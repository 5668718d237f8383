import { z } from '@hono/zod-openapi'
import { attributeName } from '../../core/users/attributes.js'

/** What several operations take or answer. */
export const userId = z.string().min(1).max(255).openapi({ description: 'Your app’s id of the user', example: 'ann' })
export const badgeId = z.string().min(1).max(512).openapi({
  description: 'The id of a milestone, of a tier (`posts#gold`) or of a time (`helper@3`)',
  example: 'first-steps',
})
const resourceId = z.string().min(1).max(100)
export const instant = z.iso.datetime().openapi({ example: '2026-06-01T12:00:00.000Z' })
/** A named shape, or null: `nullable` of one is written as a reference that null does not fit. */
export function orNull<Schema extends z.ZodType>(schema: Schema): z.ZodUnion<[Schema, z.ZodNull]> {
  return z.union([schema, z.null()])
}

export const nullableInstant = z.nullable(z.iso.datetime())
export const visibility = z.enum(['on', 'quiet', 'off'])
const attribute = z.string().regex(attributeName, 'is not a valid attribute name')
/** The attributes of a user, by name. The host sets them. */
export const attributes = z.record(z.string(), z.string()).openapi({ example: { team: 'red' } })
/** Attributes to set; null removes one. */
export const attributeChanges = z.record(attribute, z.nullable(z.string().min(1).max(255))).openapi({
  description: 'At most 50 in total. null removes one; attributes not listed stay unchanged',
})
/** The users with one value of an attribute. */
export const group = z
  .string()
  .max(320)
  .regex(/^[A-Za-z][\w.-]{0,63}:[\s\S]+$/, 'must be an attribute and its value, such as team:red')
  .openapi({ description: 'Only users with this attribute, ranked among each other', example: 'team:red' })

export const rarity = z.enum(['common', 'rare', 'epic', 'legendary'])
export const policy = z.enum(['keep', 'recompute', 'reprice'])

/** The reason of a manual change. The credential says who makes it. */
export const reason = z.string().min(1).max(1000).openapi({ description: 'The reason, for the audit log' })

export const locale = z
  .string()
  .min(1)
  .max(100)
  .openapi({ description: 'The BCP 47 locale of the texts', example: 'pt-BR' })
  .optional()

export const cursor = z
  .string()
  .min(1)
  .max(2048)
  .openapi({ description: '`next` of the previous page. Do not build it yourself' })
  .optional()

/** A whole number in a query string. */
export function wholeNumber(minimum: number, maximum: number): z.ZodType<number, string> {
  const digits = String(maximum).length
  return z
    .string()
    .regex(new RegExp(`^\\d{1,${digits}}$`), `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .openapi({ type: 'integer', minimum, maximum })
}

/** `true` or `false` in a query string. */
export const flag: z.ZodType<boolean, string> = z
  .enum(['true', 'false'])
  .transform(text => text === 'true')
  .openapi({ type: 'boolean' })

/** How many entries a page has. Default: 20. */
export const limit = wholeNumber(1, 100).default(20).openapi({ description: 'The maximum number of entries' })
/** How many entries are asked for; the service has the default. */
export const atMost = wholeNumber(1, 100).optional()

export const next = z
  .nullable(z.string())
  .openapi({ description: 'The cursor of the next page. null on the last page' })

export const userParams = z.strictObject({ userId })
export const idParams = z.strictObject({ id: resourceId })

/** An instant as requests write it: RFC 3339, to the second or finer. */
export const givenInstant = z.iso.datetime({ offset: true })
