/** Remembers a key. Returns false if it was remembered already. */
export type RememberKey = (key: string) => boolean

/** How many keys a chain has, about. */
const keysPerChain = 4

/**
 * Starts to remember the latest `limit` keys, by a hash of 64 bits each. Takes 11 bytes per key outside of the heap of
 * JavaScript, which the system only gives once they are used. Two keys may have one hash, if hardly ever, so an answer of
 * false is a hint.
 */
export function rememberingKeys(limit: number): RememberKey {
  // The chain of a key tells the other 16 bits.
  const highs = new Uint32Array(limit)
  const lows = new Uint16Array(limit)
  // Chains of keys whose hashes begin alike: the latest of each, and by place of a key the one before it. Keys are
  // numbered from 1.
  const latest = new Uint32Array(Math.ceil(limit / keysPerChain))
  const previous = new Uint32Array(limit)
  let count = 0
  return key => {
    const [low, high] = hashOf(key)
    const chain = low % latest.length
    // A chain goes back in time. It ends at a key whose place was taken by a later one.
    for (let other = latest[chain]!; other > Math.max(count - limit, 0); other = previous[(other - 1) % limit]!) {
      const place = (other - 1) % limit
      if (highs[place] === high && lows[place] === low >>> 16) return false
    }
    const place = count % limit
    highs[place] = high
    lows[place] = low >>> 16
    previous[place] = latest[chain]!
    count += 1
    latest[chain] = count
    return true
  }
}

// Two hashes of 32 bits that differ in their factors, then mixed into each other like cyrb53. `createHash` would make
// objects outside of the heap for every key.
function hashOf(key: string): readonly [low: number, high: number] {
  let [a, b] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return [a >>> 0, b >>> 0]
}
