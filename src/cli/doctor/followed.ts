import { type FollowedTableReport, listFollowed } from '../../service/follow/list-followed.js'
import { asDatabase } from '../../store/database/session-of.js'
import { counted } from '../figures.js'
import type { Examined } from './database.js'
import { broken, doubtful, type Finding, fine } from './finding.js'

/** Checks whether followed tables have their triggers, and whether what these brought is counted. */
export async function followedFindings({ db, schema }: Examined): Promise<readonly Finding[]> {
  const tables = await listFollowed(asDatabase(db), schema === undefined ? {} : { schema })
  return [countingFinding(tables), ...tables.flatMap(triggerFindings)]
}

const check = 'followed tables'

function countingFinding(tables: readonly FollowedTableReport[]): Finding {
  if (tables.length === 0) return fine(check, 'none')
  const names = tables.map(({ table }) => table).join(', ')
  const waitingCount = tables.reduce((sum, table) => sum + table.waitingCount, 0)
  if (waitingCount === 0) return fine(check, names)
  const waiting = waitingCount === 1 ? '1 change waits' : `${counted(waitingCount, 'change')} wait`
  return doubtful(
    check,
    `${names}: ${waiting} to be counted`,
    'A server counts them within about a second. Without one, call countFollowed, deliverOnce or /v1/cron regularly.',
  )
}

function triggerFindings({ table, status }: FollowedTableReport): readonly Finding[] {
  if (status === 'followed') return []
  const again = `Run \`milepost follow ${table}\` with the options it was followed with`
  if (status === 'disabled')
    return [broken(table, 'a trigger is turned off or was dropped, so not all of its changes are brought', `${again}.`)]
  return [
    broken(
      table,
      'the table or its triggers are gone, so no rows are brought',
      `${again}, or \`milepost unfollow ${table}\`.`,
    ),
  ]
}
