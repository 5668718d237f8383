import { createHash } from 'node:crypto'

/** Remembers a key. Returns false if it was remembered already. */
export type RememberKey = (key: string) => boolean

const wordCount = 4

/**
 * Starts to remember the latest `limit` keys, by 128 bits of a digest each. Takes 24 bytes per key outside of the heap of
 * JavaScript, which the system only gives once they are used.
 */
export function rememberingKeys(limit: number): RememberKey {
  const digests = new Uint32Array(wordCount * limit)
  // Chains of keys whose digests begin alike: the latest of each, and by place of a key the one before it. Keys are
  // numbered from 1.
  const latest = new Uint32Array(limit)
  const previous = new Uint32Array(limit)
  let count = 0
  return key => {
    const bytes = createHash('sha256').update(key).digest()
    const words = Array.from({ length: wordCount }, (_, i) => bytes.readUInt32LE(wordCount * i))
    const chain = words[0]! % limit
    // A chain goes back in time. It ends at a key whose place was taken by a later one.
    for (let other = latest[chain]!; other > Math.max(count - limit, 0); other = previous[(other - 1) % limit]!) {
      const from = wordCount * ((other - 1) % limit)
      if (words.every((word, i) => word === digests[from + i])) return false
    }
    const place = count % limit
    digests.set(words, wordCount * place)
    previous[place] = latest[chain]!
    count += 1
    latest[chain] = count
    return true
  }
}
