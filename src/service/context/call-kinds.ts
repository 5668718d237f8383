import type { Catalog } from '../../core/catalog/catalog.js'
import { type MergedUsers, mergedIn } from '../../core/users/user-merged.js'
import { freshCopy } from '../../core/values/fresh.js'
import { type KeyTable, type KnownKeys, readKnown } from '../../core/values/known-keys.js'
import { checkDatabase } from '../../store/database/session-of.js'
import type { CallOptions, ReadOptions } from './context.js'

/** Arguments without known names, or whose names are checked where they are read. */
type Nameless =
  | string
  | Date
  | Catalog
  | Iterable<unknown>
  | AsyncIterable<unknown>
  | readonly string[]
  | ((...args: never[]) => unknown)
  | null

type NamesAt<Argument> = Argument extends Nameless ? null : KeyTable<Argument> | KnownKeys

/** The names allowed in each argument, by position. */
type Shape<Args extends readonly unknown[]> = { readonly [Place in keyof Args]: NamesAt<Args[Place]> }

type SomeCall = (...args: never[]) => unknown

/** One call of a service before it is bound: its kind, the names its arguments may have, and what it does. */
export type Definition<Call extends SomeCall = SomeCall> = {
  readonly kind: 'reader' | 'writer' | 'local' | 'raw'
  readonly shape: readonly (KnownKeys | null)[]
  /** Whether each caller gets a copy of the answer, which it may sort and change in place. */
  readonly copies: boolean
  readonly run: (...args: Parameters<Call>) => ReturnType<Call>
}

/** Every call of a group of calls. If one is missing, it does not compile. */
export type Definitions<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends SomeCall ? Definition<Calls[Name]> : never
}

type Defined<Args extends unknown[], Answer> = Definition<(...args: Args) => Answer>

/** Defines a call that reads the database. It also works after the service is closed. */
export function reader<Args extends unknown[], Answer>(
  shape: NoInfer<Shape<Required<Args>>>,
  run: (...args: Args) => Promise<Answer>,
  { copies = true }: { readonly copies?: boolean } = {},
): Defined<Args, Promise<Answer>> {
  return { kind: 'reader', shape: knownKeys(shape), copies, run }
}

/** Defines a call that writes. @throws SERVICE_CLOSED after `close` */
export function writer<Args extends unknown[], Answer>(
  shape: NoInfer<Shape<Required<Args>>>,
  run: (...args: Args) => Promise<Answer>,
): Defined<Args, Promise<Answer>> {
  return { kind: 'writer', shape: knownKeys(shape), copies: true, run }
}

/** Defines a call that needs no database and returns its answer directly, without a promise. */
export function local<Args extends unknown[], Answer>(
  shape: NoInfer<Shape<Required<Args>>>,
  run: (...args: Args) => Answer,
): Defined<Args, Answer> {
  return { kind: 'local', shape: knownKeys(shape), copies: true, run }
}

/** Defines a call that checks its own arguments and whose answer is not copied. */
export function raw<Args extends unknown[], Answer>(run: (...args: Args) => Answer): Defined<Args, Answer> {
  return { kind: 'raw', shape: [], copies: false, run }
}

function knownKeys(shape: readonly (object | null)[]): readonly (KnownKeys | null)[] {
  return shape.map(names => (names === null || names instanceof Set ? names : new Set(Object.keys(names))))
}

/**
 * What happens before a call runs. `whenReady` waits until the service has started, if there is something to wait for.
 */
export type Gate = {
  readonly requireOpen: () => void
  readonly whenReady: ((args: readonly unknown[]) => Promise<void>) | undefined
}

/**
 * Creates the calls of a service: each checks the names in its arguments, passes the gate, and returns its own copy of
 * the answer.
 */
export function bindCalls<Calls>(definitions: Definitions<Calls>, gate: Gate): Calls {
  const entries = Object.entries<Definition>(definitions).map(([name, definition]) => [
    name,
    bound(name, definition, gate),
  ])
  return Object.fromEntries(entries) as Calls
}

type Run = (...args: readonly unknown[]) => unknown

function bound(name: string, { kind, shape, copies, run }: Definition, { requireOpen, whenReady }: Gate): Run {
  const call = run as Run
  if (kind === 'raw') return call
  if (kind === 'local') return (...given) => freshCopy(call(...known(name, shape, given)))
  return async (...given) => {
    const args = known(name, shape, given)
    if (whenReady) await whenReady(args)
    if (kind === 'writer') requireOpen()
    const answer = await calledFor(call, args)
    return copies ? freshCopy(answer) : answer
  }
}

// Calls again if the user turns out to have been merged into another one, or renamed.
async function calledFor(call: Run, args: readonly unknown[]): Promise<unknown> {
  try {
    return await call(...args)
  } catch (error) {
    const merged = mergedIn(error)
    const [first, ...rest] = args
    const current = merged.size > 0 ? withUser(first, merged) : first
    if (current === first) throw error
    return calledFor(call, [current, ...rest])
  }
}

// The first argument is the user's id, or has it as `userId`.
function withUser(argument: unknown, merged: MergedUsers): unknown {
  if (typeof argument === 'string') return merged.get(argument) ?? argument
  const { userId } = (argument ?? {}) as { readonly userId?: string }
  return merged.has(userId!) ? { ...(argument as object), userId: merged.get(userId!) } : argument
}

function known(name: string, shape: Definition['shape'], given: readonly unknown[]): readonly unknown[] {
  return given.map((argument, place) => {
    const keys = shape[place]
    return keys ? withDatabase(readKnown(name, argument, keys)) : argument
  })
}

function withDatabase(options: unknown): unknown {
  const { db } = (options ?? {}) as CallOptions
  if (db !== undefined) checkDatabase(db)
  return options
}

/** The names that the options of most calls may have. */
export const call: KeyTable<CallOptions> = { db: true }
export const read: KeyTable<ReadOptions> = { db: true, locale: true }
export const change = { reason: true, by: true } as const
