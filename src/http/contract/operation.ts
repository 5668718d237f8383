import type { z } from '@hono/zod-openapi'
import type { Scope } from '../../core/users/scope.js'
import type { Access } from '../auth/credential.js'
import type { ProblemCode } from '../problem/problem-codes.js'

/** Who may call an operation; `when-allowed`: any user's token if the server allows it. */
export type OperationAccess = Access | { readonly scope: Scope; readonly user: 'when-allowed' }

/** One operation of the API: what it takes, who may call it, and what it answers. Validation, access and the OpenAPI document come from it. */
export type Operation = {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  readonly path: `/${string}`
  readonly tag:
    | 'Completions'
    | 'Users'
    | 'Milestones'
    | 'Catalog'
    | 'Stream'
    | 'Webhooks'
    | 'Keys'
    | 'Studio'
    | 'Operations'
  readonly summary: string
  readonly description?: string
  readonly access: OperationAccess
  /** Whether the secret for cron jobs is enough. */
  readonly takesCronSecret?: true
  /** Whether an `Idempotency-Key` is used. Needed if the call has no natural key that identifies a repeat. */
  readonly isIdempotent?: true
  /** Whether a repeat changes nothing: the key of a caller without a name is ignored then, not refused. */
  readonly isRepeatable?: true
  /** The answer if nothing was done. Then a repeat needs no record. */
  readonly idleAnswer?: object
  /** Whether the answer is a page with `next`, the cursor of the next page. */
  readonly isPaged?: true
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  /** Options of the query that take the scope itself: a user, who may call for the own data, may not use them so. */
  readonly restricted?: Readonly<Record<string, Restriction>>
  readonly body?: z.ZodType
  readonly isBodyOptional?: true
  /** Where other than 256 KB and 16 levels. */
  readonly limits?: { readonly bytes?: number; readonly depth?: number }
  /** Default: 200. */
  readonly status?: 200 | 201 | 202 | 204
  /** The shape of the JSON that is answered. */
  readonly answer?: z.ZodType
  /** A second status under which the same shape is answered. */
  readonly otherStatus?: 503
  /** The content type of an answer that is not JSON. With an `answer`, both are possible. */
  readonly media?: 'text/event-stream' | 'text/html' | 'text/plain'
  /** A body as it may come. */
  readonly example?: unknown
  /**
   * `read`: the call reads much, though it is no GET. `none`: it takes no turn of its own, since it holds no connection, or has a line of its own. Else reads, and all calls of
   * users, share a part of the connections, so that recording always finds one.
   */
  readonly turn?: 'none' | 'read'
  /** How many requests one call counts as in a user's rate limit. */
  readonly weight?: number
  /** Error codes in addition to those that every call of its kind can return. */
  readonly refusals?: readonly ProblemCode[]
}

/** Which values of an option are not for users, and why. */
export type Restriction = { readonly isRefused: (value: unknown) => boolean; readonly detail: string }

/** The weight of calls that read much. */
export const dearWeight = 10

/** Keeps what an operation is in its type, for handlers and clients. */
export function operation<const Given extends Operation>(given: Given): Given {
  return given
}
