/**
 * The shape of a value of a catalog, as JSON Schema. `shapeFaults` knows these keywords and no others, so that the schema
 * which editors use and the checks of the library are the same.
 */
export type Shape = Text &
  NumberRange & {
    readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object'
    readonly const?: unknown
    readonly enum?: readonly unknown[]
    readonly anyOf?: readonly Shape[]
    readonly items?: Shape
    readonly minItems?: number
    readonly properties?: Readonly<Record<string, Shape>>
    readonly required?: readonly string[]
    readonly propertyNames?: Shape
    /** `false` if `properties` has all. */
    readonly additionalProperties?: Shape | false
    readonly description?: string
    readonly $ref?: string
  }

type Text = { readonly minLength?: number; readonly maxLength?: number; readonly pattern?: string }
type NumberRange = {
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
}

/** The shape of an object with these properties and no others. */
export type ObjectShape = Shape & Required<Pick<Shape, 'properties' | 'required'>>

/** A shape that is a property of an object. */
export type PropertyShape = Shape & { readonly isOptional?: true }

/** Accepts texts. */
export function string(rules: Text = {}): Shape {
  return { type: 'string', ...rules }
}

/** Accepts finite numbers. */
export function number(rules: NumberRange = {}): Shape {
  return { type: 'number', ...rules }
}

/** Accepts whole numbers that JavaScript keeps exactly. */
export function integer(rules: NumberRange): Shape {
  return { type: 'integer', maximum: Number.MAX_SAFE_INTEGER, ...rules }
}

/** Accepts true and false. */
export const boolean: Shape = { type: 'boolean' }

/** Accepts everything. */
export const anything: Shape = {}

/** Accepts one value. */
export function literal(value: string | true): Shape {
  return { type: value === true ? 'boolean' : 'string', const: value }
}

/** Accepts these texts. */
export function oneOf(values: readonly string[]): Shape {
  return { type: 'string', enum: values }
}

/** Accepts what one of these shapes accepts. */
export function union(anyOf: readonly Shape[]): Shape {
  return { anyOf }
}

/** Accepts lists. */
export function list(items: Shape): Shape {
  return { type: 'array', items }
}

/** Accepts lists that are not empty. */
export function filledList(items: Shape): Shape {
  return { type: 'array', items, minItems: 1 }
}

/** Accepts objects with any names. */
export function record(names: Shape, values: Shape): Shape {
  return { type: 'object', propertyNames: names, additionalProperties: values }
}

/** Lets a property be missing. */
export function optional(shape: Shape): PropertyShape {
  return { ...shape, isOptional: true }
}

/** Adds a description. */
export function described<Described extends PropertyShape>(shape: Described, description: string): Described {
  return { ...shape, description }
}

/** Accepts objects with these properties. */
export function object(properties: Readonly<Record<string, PropertyShape>>): ObjectShape {
  return extend({ type: 'object', properties: {}, required: [], additionalProperties: false }, properties)
}

/** Adds properties to a shape, or replaces them. */
export function extend(shape: ObjectShape, properties: Readonly<Record<string, PropertyShape>>): ObjectShape {
  const added = Object.entries(properties)
  const kept = omit(shape, Object.keys(properties))
  return {
    ...kept,
    properties: {
      ...shape.properties,
      ...Object.fromEntries(added.map(([name, { isOptional: _, ...property }]) => [name, property])),
    },
    required: [...kept.required, ...added.flatMap(([name, { isOptional }]) => (isOptional ? [] : [name]))],
  }
}

/** Takes properties out of a shape. */
export function omit(shape: ObjectShape, names: readonly string[]): ObjectShape {
  const isKept = (name: string): boolean => !names.includes(name)
  return {
    ...shape,
    properties: Object.fromEntries(Object.entries(shape.properties).filter(([name]) => isKept(name))),
    required: shape.required.filter(isKept),
  }
}
