import { BlockList, isIP } from 'node:net'

/** What webhooks may reach. */
export type GuardOptions = {
  /** Whether `http:` will do. Default: it will not. */
  readonly allowHttp?: boolean | undefined
  /** Which ports may be named. Default: 443, and 80 for `http:`,. */
  readonly ports?: readonly number[] | undefined
  /** Whether private, loopback and link-local addresses may be reached: for tests, and servers whose receivers are inside. */
  readonly allowPrivate?: boolean | undefined
}

/** An address that a name stands for. */
export type ResolvedAddress = { readonly address: string; readonly family: number }

/** Gives every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>

/** Tells what is wrong with the address of a webhook as it is written; null where nothing is. The names in it are checked when sending. */
export function urlFault(text: string, options: GuardOptions = {}): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) return 'is not a valid URL; use one such as https://example.com/hooks'
  const { allowHttp = false, allowPrivate = false, ports = [defaultPortOf(url)] } = options
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) return 'must begin with https://'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  const port = portOf(url)
  if (port === 0) return 'must not use port 0'
  if (!ports.includes(port)) return `must not use port ${port}; allowed: ${ports.join(', ')}`
  const literal = literalOf(url)
  return literal !== null && !allowPrivate && !isPublicAddress(literal) ? 'must not lead to a private address' : null
}

/** Gives the one address to connect to; null, in words, where any address of the name is not to be reached. */
export async function resolvePublic(
  url: URL,
  resolve: Resolve,
  { allowPrivate = false }: GuardOptions,
): Promise<{ readonly address: string } | { readonly fault: string }> {
  const literal = literalOf(url)
  const found = literal === null ? await resolve(url.hostname) : [{ address: literal, family: isIP(literal) }]
  const [first] = found
  if (!first) return { fault: 'the name has no address' }
  if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) {
    return { fault: 'the name leads to a private address' }
  }
  return { address: first.address }
}

/** Gives the port that an address leads to. */
export function portOf(url: URL): number {
  return url.port === '' ? defaultPortOf(url) : Number(url.port)
}

function defaultPortOf({ protocol }: URL): number {
  return protocol === 'https:' ? 443 : 80
}

// The URL standard has turned every way of writing an IPv4 address (0x7f.1, 2130706433, full-width digits) into this one already.
function literalOf({ hostname }: URL): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname.replace(/\.$/, '')
  return isIP(bare) === 0 ? null : bare
}

/** Tells whether an address is one of the public internet: by the special-purpose registries of IANA (RFC 6890). */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !specialIpv4.check(address, 'ipv4')
    case 6:
      return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6')
    default:
      return false
  }
}

const specialIpv4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Inside Azure, where virtual machines reach the platform itself.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
])

// Nothing outside is handed out: so IPv4 in IPv6 (::ffff:0:0/96), NAT64 (64:ff9b::/96), link-local and unique local are out.
const globalIpv6 = blockList('ipv6', [['2000::', 3]])

// Teredo and its like, documentation, 6to4, documentation again.
const specialIpv6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
])

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family)
  return list
}
