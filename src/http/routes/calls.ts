import { type CallerCredential, callerOf } from '../auth/credential.js'
import type { Answered, OperationBody, OperationId, OperationParams, OperationQuery } from '../contract/operations.js'

/** A checked call of an operation. */
export type Call<Id extends OperationId> = {
  readonly params: OperationParams<Id>
  readonly query: OperationQuery<Id>
  readonly body: OperationBody<Id>
  readonly credential: CallerCredential | null
  readonly request: Request
  readonly requestId: string
}

/** What is answered, before it is JSON: instants may be dates still. */
export type BeforeJson<Value> = Value extends string
  ? Value | (string extends Value ? Date : never)
  : Value extends readonly (infer Item)[]
    ? readonly BeforeJson<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: BeforeJson<Value[Key]> }
      : Value

/** Answers calls of an operation: with what is to be JSON, or with a response of its own. */
export type Handler<Id extends OperationId> = (
  call: Call<Id>,
) => Promise<BeforeJson<Answered<Id>> | Response> | BeforeJson<Answered<Id>> | Response

export type Handlers<Id extends OperationId = OperationId> = { readonly [Key in Id]: Handler<Key> }

/** Returns who makes a manual change, for the audit log. It never comes from the request body. */
export function actorOf(credential: CallerCredential | null): string {
  return credential ? callerOf(credential) : 'nobody'
}
