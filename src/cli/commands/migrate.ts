import { asDatabase } from '../../store/database/session-of.js'
import { migrate } from '../../store/schema/migrate.js'
import type { Command } from '../command.js'
import { wholeNumber } from '../options.js'
import { withDatabase } from '../session.js'

/** Creates and updates the tables. */
export const migrating: Command = {
  name: 'migrate',
  summary: "create or update Milepost's tables",
  notes: ['You can run it again, and from several processes at once. Existing tables are kept.'],
  positionals: [],
  options: {
    citus: { help: "spread the tables over the nodes of a Citus cluster, so that a user's rows lie on one node" },
    partitions: {
      value: 'n',
      help: 'divide user_progress into so many tables, by user; only when the tables are created',
    },
    search: { help: 'make indexes for the search of users in Studio, for more than some 100,000 users' },
  },
  examples: [
    'milepost migrate --database postgres://app@localhost/app',
    'milepost migrate --database postgres://app@localhost/app --schema badges',
    'milepost migrate --database ./data',
    'milepost migrate --database postgres://app@coordinator/app --citus',
    'milepost migrate --partitions 16',
    'milepost migrate --search',
  ],
  run: async call =>
    withDatabase(call, { mayCreate: true }, async db => {
      const { schema } = call.args.texts
      const distribute = call.args.flags.has('citus')
      const partitions = wholeNumber(call.args, 'partitions')
      const own = { ...(schema !== undefined && { schema }), ...(partitions !== undefined && { partitions }) }
      const search = call.args.flags.has('search')
      const applied = await migrate(asDatabase(db), { distribute, search, ...own })
      const lines =
        applied.length > 0 ? applied.map(name => `Applied ${name}`) : ['All migrations are already applied.']
      return { data: { applied }, lines: () => lines }
    }),
}
