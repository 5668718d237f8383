import { timeZoneNamed } from '../../core/time/time-zone.js'
import { readUsedZones } from '../../store/reports/setup.js'
import type { Examined } from './database.js'
import { broken, type Finding, fine } from './finding.js'

const sample = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia']
const fix = 'Use a Node with full ICU data, the default, and the newest patch release of its version.'

/** Checks whether Node has time zone data, and knows the default zone. */
export function zoneFinding(defaultZone: string | undefined, dataVersion: string | undefined): Finding {
  const missing = sample.filter(zone => timeZoneNamed(zone) === undefined)
  if (missing.length > 0) return broken('time zones', `Node does not know ${missing.join(', ')}`, fix)
  if (defaultZone !== undefined && timeZoneNamed(defaultZone) === undefined) {
    return broken(
      'time zones',
      `the default time zone "${defaultZone}" does not exist`,
      'Use a name such as Europe/Berlin.',
    )
  }
  return fine('time zones', `data of ${dataVersion ?? 'Node'}, default zone ${defaultZone ?? 'UTC'}`)
}

/** Checks whether this Node knows the zones that users have set. */
export async function userZonesFinding({ db, tables }: Examined): Promise<Finding> {
  const used = await readUsedZones(db, tables, 1_000)
  const unknown = used.filter(zone => timeZoneNamed(zone) === undefined)
  if (unknown.length === 0) return fine('time zones of users', `${used.length} in use, all known`)
  return broken('time zones of users', `Node does not know ${unknown.slice(0, 5).join(', ')}`, fix)
}
