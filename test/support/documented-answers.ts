import { z } from 'zod'
import type { ApiDocument } from '../../src/http/docs/document.js'
import type { Shape } from '../../src/http/docs/shape-text.js'
import type { Received } from './http-client.js'

/** Tells what is wrong with an answer by the OpenAPI document: its status, its media type, or its body; null where nothing is. */
export type AnswerCheck = (method: string, path: string, received: Received) => string | null

/** Makes a check of answers. A field that the document does not name is wrong too. */
export function answerCheck(document: ApiDocument): AnswerCheck {
  const schemas = new Map<Shape, z.ZodType>()
  const $defs = Object.fromEntries(
    Object.entries(document.components.schemas).map(([name, shape]) => [name, closed(shape)]),
  )
  const schemaOf = (shape: Shape): z.ZodType => {
    const known =
      schemas.get(shape) ?? z.fromJSONSchema({ $defs, ...closed(shape) } as Parameters<typeof z.fromJSONSchema>[0])
    schemas.set(shape, known)
    return known
  }
  return (method, path, { status, headers, body }) => {
    const response = document.paths[path]?.[method.toLowerCase()]?.responses[String(status)]
    if (!response) return `${status} is not documented: ${JSON.stringify(body)}`
    if (!response.content) return body === '' ? null : 'a body where none is documented'
    const media = headers.get('content-type')?.split(';')[0] ?? ''
    const shape = response.content[media]?.schema
    if (!shape) return `${media} is not documented for ${status}`
    const result = /json$/.test(media) ? schemaOf(shape).safeParse(body) : z.string().safeParse(body)
    return result.success ? null : `${result.error.message}\nin ${JSON.stringify(body)}`
  }
}

function closed(shape: unknown): object {
  if (Array.isArray(shape)) return shape.map(closed)
  if (typeof shape !== 'object' || shape === null) return shape as object
  const entries = Object.entries(shape).map(([key, value]) => {
    const isRef = key === '$ref' && typeof value === 'string'
    return [key, isRef ? value.replace('#/components/schemas/', '#/$defs/') : closed(value)]
  })
  const isOpen = 'properties' in shape && !('additionalProperties' in shape)
  return { ...Object.fromEntries(entries), ...(isOpen && { additionalProperties: false }) }
}
