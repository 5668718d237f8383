import type { Scope } from '../../core/users/scope.js'
import {
  type ApiKey,
  createKey,
  deleteKey,
  type KeyContext,
  type KeyWithSecret,
  listKeys,
  rotateKey,
} from '../../service/server/api-keys.js'
import { tablesIn } from '../../store/schema/tables.js'
import type { Answer, Arguments, Call, Command } from '../command.js'
import { declined } from '../confirm.js'
import { exitCodes } from '../exit-code.js'
import { usageError } from '../failure.js'
import { counted, moment } from '../figures.js'
import { instantOf, wholeNumber, yesOption } from '../options.js'
import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'
import { withDatabase } from '../session.js'
import { tableLines } from '../table.js'

const actions = ['list', 'create', 'rotate', 'delete'] as const
const mostListed = 1_000

/** Lists, creates, rotates and deletes server keys. */
export const keys: Command = {
  name: 'keys',
  summary: 'list, create, rotate or delete the keys of the HTTP API',
  notes: [
    'list (also without an action), create <name>, rotate <id>, delete <id>.',
    'A secret is printed once; only its hash is stored. Scopes: record, read, award, admin (includes all others).',
  ],
  positionals: [
    { name: 'action', isOptional: true, words: actions },
    { name: 'name or id', isOptional: true },
  ],
  options: {
    scopes: { value: 'scopes', help: 'create: scopes, separated by commas (required)' },
    expires: { value: 'instant', help: 'create: when it expires, such as 2027-01-01T00:00:00Z. Default: never' },
    overlap: { value: 'seconds', help: 'rotate: how long the old secret still works. Default: 0' },
    by: { value: 'name', help: 'who does it; stored in the audit log' },
    reason: { value: 'text', help: 'why; stored in the audit log' },
    ...yesOption,
  },
  examples: [
    'milepost keys',
    'milepost keys create shop --scopes record,read',
    'milepost keys rotate key_2mJq --overlap 3600',
    'milepost keys delete key_2mJq --reason "Left the company"',
  ],
  run: async call => {
    const [action = 'list'] = call.args.positionals as readonly (typeof actions)[number][]
    switch (action) {
      case 'list':
        return withKeys(call, list)
      case 'create':
        return create(call)
      case 'rotate':
        return rotate(call)
      case 'delete':
        return remove(call)
    }
  },
}

function withKeys(call: Call, work: (context: KeyContext) => Promise<Answer>): Promise<Answer> {
  const { schema } = call.args.texts
  return withDatabase(call, { mayCreate: false }, db => {
    return work({ db, tables: tablesIn(schema), now: () => new Date() })
  })
}

async function list(context: KeyContext): Promise<Answer> {
  const found = await listKeys(context, { limit: mostListed })
  return { data: { keys: found }, lines: screen => listLines(screen, found) }
}

const columns = ['id', 'name', 'scopes', 'created (UTC)', 'expires', 'last used'].map(head => ({ head }))

function listLines(screen: TerminalScreen, found: readonly ApiKey[]): readonly string[] {
  if (found.length === 0) return ['There are no keys. Create one: milepost keys create admin --scopes admin']
  const rows = found.map(({ id, name, scopes, createdAt, expiresAt, lastUsedAt }) => {
    return [id, name, scopes.join(', '), moment(createdAt), moment(expiresAt), moment(lastUsedAt)]
  })
  return [...tableLines(screen, columns, rows), screen.paint('quiet', counted(found.length, 'key'))]
}

async function create(call: Call): Promise<Answer> {
  const { scopes, by, reason } = call.args.texts
  const name = subjectOf(call.args, 'name', 'milepost keys create shop --scopes record,read')
  if (!scopes) throw usageError('No scopes given.', 'Pass --scopes with any of record, read, award, admin.')
  const expiresAt = instantOf(call.args, 'expires')
  const request = { name, scopes: scopes.split(',').map(each => each.trim()) as Scope[], expiresAt, by, reason }
  return withKeys(call, async context => secretAnswer(await createKey(context, request)))
}

async function rotate(call: Call): Promise<Answer> {
  const id = subjectOf(call.args, 'id', 'milepost keys rotate key_2mJq. `milepost keys` lists the ids')
  const overlapSeconds = wholeNumber(call.args, 'overlap')
  const { by, reason } = call.args.texts
  return withKeys(call, async context => {
    const made = await rotateKey(context, { id, overlapSeconds, by, reason })
    return made ? secretAnswer(made) : notFound(id)
  })
}

async function remove(call: Call): Promise<Answer> {
  const id = subjectOf(call.args, 'id', 'milepost keys delete key_2mJq. `milepost keys` lists the ids')
  const { by, reason } = call.args.texts
  const isAsking = call.mustAsk()
  if (isAsking && !(await call.confirm(`Delete ${printable(id)}? Whoever uses it is refused from now on.`))) {
    return declined
  }
  return withKeys(call, async context => {
    const key = await deleteKey(context, { id, by, reason })
    return key ? { data: { key }, lines: () => [`Deleted: ${printable(key.name)} (${key.id})`] } : notFound(id)
  })
}

function subjectOf({ positionals }: Arguments, what: string, example: string): string {
  const subject = positionals[1]
  if (subject === undefined) throw usageError(`The ${what} of the key is missing.`, `For example: ${example}`)
  return subject
}

function secretAnswer(made: KeyWithSecret): Answer {
  const { id, name, scopes, expiresAt } = made.key
  const until = expiresAt ? `, until ${moment(expiresAt)} UTC` : ''
  return { data: made, lines: () => [`${printable(name)} (${id}: ${scopes.join(', ')}${until}):`, made.secret] }
}

function notFound(id: string): Answer {
  return {
    data: { status: 'not-found' },
    lines: () => [`There is no key ${printable(id)}. \`milepost keys\` lists them.`],
    exitCode: exitCodes.failed,
  }
}
