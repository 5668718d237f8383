/** Counts the characters to insert, delete or change to turn one word into another (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(row[j - 1]! + 1, previous[j]! + 1, substitution))
    }
    previous = row
  }
  return previous[b.length]!
}
