import type { z } from '@hono/zod-openapi'
import { unknownKey } from '../../core/values/known-keys.js'
import { textFault } from '../../core/values/metadata.js'
import type { Operation } from '../contract/operation.js'
import { type ProblemPlace, pointerOf, refusal, refusedPlace } from '../problem/problem.js'
import type { Exchange } from '../steps/exchange.js'
import { knownFields } from './known-fields.js'
import { readCompletions } from './read-completions.js'

/** What of a request was checked against an operation. */
export type Checked = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** Checks what a request says against its operation's schemas; unknown fields are refused. @throws REQUEST_INVALID */
export function checkRequest({ operationId, operation, pathParams, search }: Exchange, body: unknown): Checked {
  const isCheckedElsewhere = ['record', 'plan', 'apply'].includes(operationId)
  refuseUnstorable(pathParams, [])
  if (!isCheckedElsewhere) refuseUnstorable(body, [])
  return {
    params: operation.params && checked(operation.params, pathParams),
    query: operation.query ? checked(operation.query, queryIn(search)) : noQuery(search),
    body: operationId === 'record' ? readCompletions(requireBody(body)) : checkBody(operation, body),
  }
}

// Values that no database can store are found before the database is used. Bodies have at most 40 levels.
function refuseUnstorable(value: unknown, place: readonly PropertyKey[]): void {
  if (typeof value === 'string') {
    const problem = textFault(value)
    if (problem) throw refusedPlace(pointerOf(place), problem)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      // Schemas leave it out without a word.
      if (key === '__proto__') throw refusedPlace(pointerOf([...place, key]), 'cannot be a name here')
      refuseUnstorable(key, place)
      refuseUnstorable(item, [...place, key])
    }
  }
}

function checkBody({ body: schema, isBodyOptional }: Operation, body: unknown): unknown {
  if (!schema) {
    if (body === undefined || isEmptyObject(body)) return undefined
    throw refusedPlace('', 'this operation takes no body')
  }
  if (body === undefined && isBodyOptional) return undefined
  return checked(schema, requireBody(body))
}

function requireBody(body: unknown): unknown {
  if (body === undefined) throw refusedPlace('', 'is missing; give JSON')
  return body
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function noQuery(search: string): undefined {
  const [name] = new URLSearchParams(search).keys()
  if (name !== undefined) throw refusedPlace(pointerOf([name]), 'is not a parameter of this operation')
}

function queryIn(search: string): Readonly<Record<string, string>> {
  if (search === '') return {}
  const found = [...new URLSearchParams(search)]
  const names = new Set<string>()
  for (const [name] of found) {
    if (names.has(name)) throw refusedPlace(pointerOf([name]), 'is given twice')
    names.add(name)
  }
  const query = Object.fromEntries(found)
  refuseUnstorable(query, [])
  return query
}

function checked(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = placesIn(result.error.issues, place => knownFields(schema, place, value))
  const detail = errors.map(place => `${place.pointer || 'the body'}: ${place.detail}`).join('; ')
  throw refusal('REQUEST_INVALID', { detail: detail.slice(0, 500), errors })
}

/** At most so many places are listed. */
const placeLimit = 20

type KnownAt = (place: readonly PropertyKey[]) => readonly string[]

function placesIn(issues: readonly z.core.$ZodIssue[], knownAt: KnownAt): readonly ProblemPlace[] {
  return issues
    .flatMap(issue => {
      if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerOf(issue.path), detail: issue.message }]
      const known = knownAt(issue.path)
      return issue.keys.map(key => {
        const pointer = pointerOf([...issue.path, key])
        return { pointer, detail: known.length === 0 ? 'is not known here' : unknownKey('this operation', key, known) }
      })
    })
    .slice(0, placeLimit)
}
