import type { z } from '@hono/zod-openapi'

/** Lists the fields that the object at a place of a value may have, by the value's schema. Empty if the schema does not say. */
export function knownFields(schema: z.ZodType, place: readonly PropertyKey[], value: unknown): readonly string[] {
  const def = schema.def as Def
  if (def.innerType) return knownFields(def.innerType, place, value)
  if (def.options) return fieldsOfOption(def, place, value)
  const [key, ...rest] = place
  if (key === undefined) return Object.keys(def.shape ?? {})
  const inner = def.shape?.[String(key)] ?? def.element ?? def.valueType
  return inner ? knownFields(inner, rest, (value as Readonly<Record<PropertyKey, unknown>>)[key]) : []
}

/** What the kinds of schemas that hold others hold them in. */
type Def = {
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly element?: z.ZodType
  readonly valueType?: z.ZodType
  readonly innerType?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly discriminator?: string
}

function fieldsOfOption(
  { options, discriminator }: Def,
  place: readonly PropertyKey[],
  value: unknown,
): readonly string[] {
  if (discriminator === undefined) return []
  const name = (value as Readonly<Record<string, unknown>>)[discriminator]
  const option = options!.find(({ def }) => (def as Def).shape![discriminator]!.safeParse(name).success)
  return option ? knownFields(option, place, value) : []
}
