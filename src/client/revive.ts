/** Turns the instants of an answer into dates, as the service returns them. Data that apps wrote themselves stays unchanged. */
export function revive(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return instantKey.test(key) && instant.test(value) ? new Date(value) : value
  const fields = value as Record<string, unknown>
  if (!freeForm.test(key)) for (const name in fields) fields[name] = revive(fields[name], name)
  return value
}

/** The names of instants: a test compares them with the types of all answers. */
const instantKey = /At$|^(at|asOf|before|by|from|since|timestamp|until)$/
const instant = /^\d{4}-[-\dT:.]+Z$/
/** Metadata and attributes are the app's own; the rest is written as in the catalog. */
const freeForm = /^(metadata|attributes|where|during|available)$/
