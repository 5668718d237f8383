import { parseInstant } from '../core/time/instant.js'
import type { Arguments, Call, Options } from './command.js'
import { usageError } from './failure.js'

/** The options of every command. */
export const commonOptions: Options = {
  database: { value: 'url or folder', help: 'postgres://… or a folder. Default: DATABASE_URL, otherwise .milepost' },
  schema: { value: 'name', help: "schema of Milepost's tables. Default: milepost" },
  'default-time-zone': {
    value: 'zone',
    help: 'zone of users without one, as in your app. Default: MILEPOST_DEFAULT_TIME_ZONE, otherwise UTC',
  },
  catalog: { value: 'file', help: 'a .ts, .js, .json or .yaml file. Default: the catalog applied last' },
  json: { help: 'print one JSON document on stdout, and errors as JSON on stderr' },
  quiet: { help: 'print errors only' },
  debug: { help: 'print the whole error, with its stack' },
  help: { help: 'print this help' },
}

/** The options for manual changes: who, and why. */
export const manualChangeOptions: Options = {
  reason: { value: 'text', help: 'why; stored in the audit log (required)' },
  by: { value: 'name', help: 'who does it; stored in the audit log' },
}

export const yesOption: Options = { yes: { help: 'do not ask' } }

/** Reads who makes a manual change, and why. @throws USAGE without a reason */
export function manualChangeOf({ texts }: Arguments): { readonly reason: string; readonly by?: string } {
  const { reason, by } = texts
  if (!reason) throw usageError('A reason is missing.', 'Pass --reason "…". It is stored in the audit log.')
  return by === undefined ? { reason } : { reason, by }
}

/** Reads the time zone of users who have not set one, as an option of a service. */
export function defaultZoneOf({ args, env }: Pick<Call, 'args' | 'env'>): { readonly defaultTimeZone?: string } {
  const zone = args.texts['default-time-zone'] ?? env.MILEPOST_DEFAULT_TIME_ZONE
  return zone === undefined || zone === '' ? {} : { defaultTimeZone: zone }
}

/** Reads an option that is an instant; undefined if it was not passed. @throws USAGE */
export function instantOf({ texts }: Arguments, name: string): Date | undefined {
  const text = texts[name]
  if (text === undefined) return undefined
  const at = parseInstant(text)
  if (!at)
    throw usageError(`--${name} takes a day or an instant, not "${text}".`, 'It looks like 2026-09-25T18:00:00Z.')
  return at
}

/** Reads an option that is a whole number, which may be negative; undefined if it was not passed. @throws USAGE */
export function signedNumber({ texts }: Arguments, name: string): number | undefined {
  const text = texts[name]
  if (text === undefined) return undefined
  if (!/^[+-]?\d{1,15}$/.test(text)) throw usageError(`--${name} takes a whole number, not "${text}".`)
  return Number(text)
}

/** Reads an option that is a whole number; undefined if it was not passed. @throws USAGE */
export function wholeNumber({ texts }: Arguments, name: string): number | undefined {
  const text = texts[name]
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw usageError(`--${name} takes a whole number, not "${text}".`)
  return Number(text)
}

/** Reads an option that takes one of several words; undefined if it was not passed. @throws USAGE */
export function oneOf<Word extends string>(
  { texts }: Arguments,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = texts[name]
  if (text === undefined) return undefined
  const word = words.find(known => known === text)
  if (word === undefined) throw usageError(`--${name} takes ${words.join(', ')}, not "${text}".`)
  return word
}
