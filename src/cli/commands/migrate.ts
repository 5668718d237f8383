import { asDatabase } from '../../store/database/session-of.js'
import { migrate } from '../../store/schema/migrate.js'
import type { Command } from '../command.js'
import { withDatabase } from '../session.js'

/** Creates and updates the tables. */
export const migrating: Command = {
  name: 'migrate',
  summary: "create or update Milepost's tables",
  notes: ['You can run it again, and from several processes at once. Existing tables are kept.'],
  positionals: [],
  options: {
    citus: { help: "spread the tables over the nodes of a Citus cluster, so that a user's rows lie on one node" },
  },
  examples: [
    'milepost migrate --database postgres://app@localhost/app',
    'milepost migrate --database postgres://app@localhost/app --schema badges',
    'milepost migrate --database ./data',
    'milepost migrate --database postgres://app@coordinator/app --citus',
  ],
  run: async call =>
    withDatabase(call, { mayCreate: true }, async db => {
      const { schema } = call.args.texts
      const distribute = call.args.flags.has('citus')
      const applied = await migrate(asDatabase(db), { distribute, ...(schema !== undefined && { schema }) })
      const lines =
        applied.length > 0 ? applied.map(name => `Applied ${name}`) : ['All migrations are already applied.']
      return { data: { applied }, lines: () => lines }
    }),
}
