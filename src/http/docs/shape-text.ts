/** A JSON Schema, as in the document. */
export type Shape = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly allOf?: readonly Shape[]
  readonly additionalProperties?: boolean | Shape
  readonly format?: string
  readonly description?: string
}

/** Writes a schema like a type: `{ id: string, points: integer, unlocks: string[] }`. */
export function shapeText(shape: Shape, indent = ''): string {
  if (shape.$ref !== undefined) return shape.$ref.slice(shape.$ref.lastIndexOf('/') + 1)
  const parts = shape.anyOf ?? shape.oneOf
  if (parts) return parts.map(part => shapeText(part, indent)).join(' | ')
  if (shape.allOf) return shape.allOf.map(part => shapeText(part, indent)).join(' & ')
  if (shape.enum) return shape.enum.map(value => JSON.stringify(value)).join(' | ')
  if (shape.const !== undefined) return JSON.stringify(shape.const)
  const types = typeof shape.type === 'string' ? [shape.type] : (shape.type ?? [])
  if (types.length === 0) return 'any'
  return types.map(type => typeText(type, shape, indent)).join(' | ')
}

function typeText(type: string, shape: Shape, indent: string): string {
  if (type === 'object') return objectText(shape, indent)
  if (type === 'array') return listText(shape.items ?? {}, indent)
  return shape.format === 'date-time' && type === 'string' ? 'instant' : type
}

function listText(items: Shape, indent: string): string {
  const text = shapeText(items, indent)
  return / \| /.test(text) && !text.startsWith('{') ? `(${text})[]` : `${text}[]`
}

function objectText({ properties, required = [], additionalProperties }: Shape, indent: string): string {
  const inner = `${indent}  `
  const known = Object.entries(properties ?? {}).map(([name, shape]) => {
    const mark = required.includes(name) ? '' : '?'
    return `${inner}${name}${mark}: ${shapeText(shape, inner)}${comment(shape)}`
  })
  const others =
    typeof additionalProperties === 'object' ? [`${inner}[name]: ${shapeText(additionalProperties, inner)}`] : []
  const lines = [...known, ...others]
  return lines.length === 0 ? 'object' : `{\n${lines.join('\n')}\n${indent}}`
}

function comment({ description }: Shape): string {
  return description === undefined ? '' : `  // ${description}`
}
