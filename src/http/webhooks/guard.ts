import { BlockList, isIP } from 'node:net'

/** The addresses that webhooks may reach. */
export type GuardOptions = {
  /** Whether `http:` is allowed. Default: false. */
  readonly allowHttp?: boolean | undefined
  /** The allowed ports. Default: 443, and 80 for `http:`. */
  readonly ports?: readonly number[] | undefined
  /**
   * Whether private, loopback and link-local addresses are allowed, for tests and for receivers inside your network.
   * Default: false.
   */
  readonly allowPrivate?: boolean | undefined
}

/** An address of a host name. */
export type ResolvedAddress = { readonly address: string; readonly family: number }

/** Returns all addresses of a host name. */
export type HostResolver = (hostname: string) => Promise<readonly ResolvedAddress[]>

/**
 * Checks the address of a webhook as it is written. Returns what is wrong, or null. Host names are checked when
 * sending.
 */
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

/** Returns the address to connect to, or null if any address of the name is not allowed. */
export async function resolvePublic(
  url: URL,
  resolve: HostResolver,
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

/** Returns the port of an address. */
export function portOf(url: URL): number {
  return url.port === '' ? defaultPortOf(url) : Number(url.port)
}

function defaultPortOf({ protocol }: URL): number {
  return protocol === 'https:' ? 443 : 80
}

// The URL standard has already converted every notation of an IPv4 address (0x7f.1, 2130706433, full-width digits) to
// this one.
function literalOf({ hostname }: URL): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname.replace(/\.$/, '')
  return isIP(bare) === 0 ? null : bare
}

/**
 * Checks whether an address is on the public internet, by IANA's registries of special-purpose addresses (RFC 6890).
 */
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
  // Inside Azure: virtual machines reach the platform at this address.
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

// Nothing outside of this range is assigned, which excludes IPv4 in IPv6 (::ffff:0:0/96), NAT64 (64:ff9b::/96),
// link-local and unique local addresses.
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
