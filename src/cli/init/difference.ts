type Line = { readonly mark: ' ' | '+' | '-'; readonly text: string }

const around = 3

/** Returns the lines that differ between two texts, with three lines around each: `+` is new, `-` is gone. */
export function differenceLines(before: string, after: string): readonly string[] {
  const lines = aligned(linesOf(before), linesOf(after))
  const isNear = lines.map((_, i) =>
    lines.slice(Math.max(0, i - around), i + around + 1).some(({ mark }) => mark !== ' '),
  )
  return lines.flatMap(({ mark, text }, i) => {
    if (isNear[i]) return [`${mark} ${text}`]
    return i === 0 || isNear[i - 1] ? ['  …'] : []
  })
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

// The longest common subsequence: lengths[i][j] is that of the rests from i and j on.
function aligned(a: readonly string[], b: readonly string[]): readonly Line[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
    }
  }
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i]! })
      i++
      j++
    } else if (j < b.length && (i === a.length || lengths[i]![j + 1]! > lengths[i + 1]![j]!)) {
      lines.push({ mark: '+', text: b[j++]! })
    } else {
      lines.push({ mark: '-', text: a[i++]! })
    }
  }
  return lines
}
