import type { Scope } from '../../core/users/scope.js'
import { createKey } from '../../service/server/api-keys.js'
import { tablesIn } from '../../store/schema/tables.js'
import type { Command } from '../command.js'
import { usageError } from '../failure.js'
import { moment } from '../figures.js'
import { printable } from '../printable.js'
import { withDatabase } from '../session.js'

/** Creates a server key. */
export const key: Command = {
  name: 'key',
  summary: 'create a key for the HTTP API, and print its secret once',
  notes: ['Only a hash of the secret is stored. To list, rotate and delete keys, use Studio or the API (/v1/keys).'],
  positionals: [{ name: 'name' }],
  options: {
    scopes: { value: 'scopes', help: 'scopes, separated by commas: record, read, award, admin (required)' },
    expires: { value: 'instant', help: 'when it expires, such as 2027-01-01T00:00:00Z. Default: never' },
    by: { value: 'name', help: 'who creates it; stored in the audit log' },
    reason: { value: 'text', help: 'why; stored in the audit log' },
  },
  examples: ['milepost key shop --scopes record,read', 'milepost key admin --scopes admin --json > key.json'],
  run: async call => {
    const { scopes, expires, by, reason, schema } = call.args.texts
    if (!scopes) throw usageError('No scopes given.', 'Pass --scopes with any of record, read, award, admin.')
    const request = {
      name: call.args.positionals[0]!,
      scopes: scopes.split(',').map(each => each.trim()) as Scope[],
      expiresAt: expires === undefined ? undefined : new Date(expires),
      by,
      reason,
    }
    return withDatabase(call, { mayCreate: false }, async db => {
      const made = await createKey({ db, tables: tablesIn(schema), now: () => new Date() }, request)
      const { name, expiresAt } = made.key
      const until = expiresAt ? `, until ${moment(expiresAt)} UTC` : ''
      return { data: made, lines: () => [`${printable(name)} (${made.key.scopes.join(', ')}${until}):`, made.secret] }
    })
  },
}
