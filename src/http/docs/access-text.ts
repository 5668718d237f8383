import type { DocumentedCall } from './document.js'

const others: Readonly<Record<string, string>> = {
  userToken: 'a user’s token',
  cronSecret: 'the secret for cron jobs (`cronSecret`)',
}

/** Says in a sentence who may call an operation. */
export function accessText(call: DocumentedCall): string {
  const scope = call['x-scope']
  if (scope === undefined) return 'Public.'
  const schemes = (call.security ?? []).flatMap(scheme => Object.keys(scheme))
  const ways = schemes.flatMap(name => others[name] ?? [])
  return `Takes ${[`a server key with scope \`${scope}\``, ...ways].join(', or ')}.`
}
