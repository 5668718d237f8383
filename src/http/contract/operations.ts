import type { z } from '@hono/zod-openapi'
import { catalogOperations } from './catalog.js'
import { coinOperations } from './coins.js'
import { completionOperations } from './completions.js'
import { foldingOperations } from './folding.js'
import { grantOperations } from './grants.js'
import { itemOperations } from './items.js'
import { keyOperations } from './keys.js'
import { milestoneOperations } from './milestones.js'
import type { Operation } from './operation.js'
import { pauseOperations } from './pauses.js'
import { serverOperations } from './server.js'
import { studioOperations } from './studio.js'
import { userReadOperations, userWriteOperations } from './users.js'
import { webhookOperations } from './webhooks.js'

/** Every call of the API by its operation id: the single source for routing, access, tests and the OpenAPI document. */
export const operations = {
  ...completionOperations,
  ...foldingOperations,
  ...userReadOperations,
  ...userWriteOperations,
  ...pauseOperations,
  ...grantOperations,
  ...coinOperations,
  ...milestoneOperations,
  ...catalogOperations,
  ...itemOperations,
  ...webhookOperations,
  ...keyOperations,
  ...studioOperations,
  ...serverOperations,
} as const

export type Operations = typeof operations
export type OperationId = keyof Operations

type Part<Id extends OperationId, Key extends string> =
  Operations[Id] extends Readonly<Record<Key, infer Schema>>
    ? Schema extends z.ZodType
      ? Schema
      : undefined
    : undefined

type Out<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type In<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined

/** What a handler is given, checked. */
export type OperationParams<Id extends OperationId> = Out<Part<Id, 'params'>>
export type OperationQuery<Id extends OperationId> = Out<Part<Id, 'query'>>
export type OperationBody<Id extends OperationId> = Operations[Id] extends { readonly isBodyOptional: true }
  ? Out<Part<Id, 'body'>> | undefined
  : Out<Part<Id, 'body'>>

/** What a client sends and gets. */
export type GivenQuery<Id extends OperationId> = In<Part<Id, 'query'>>
export type GivenBody<Id extends OperationId> = In<Part<Id, 'body'>>
export type Answered<Id extends OperationId> = Out<Part<Id, 'answer'>>

/** Lists the operations with their ids, in the order of the document. */
export function listOperations(): readonly (readonly [OperationId, Operation])[] {
  return Object.entries(operations) as unknown as readonly (readonly [OperationId, Operation])[]
}
