/** Checks whether a version is in a range such as `^8.11.0` or `^0.45.4 || >=1.0.0-rc.5 <2`, as package.json writes it. */
export function isInRange(version: string, range: string): boolean {
  return range.split('||').some(part =>
    part
      .trim()
      .split(/\s+/)
      .every(test => passes(version, test)),
  )
}

function passes(version: string, test: string): boolean {
  const [, operator, wanted] = /^(\^|>=|<)?(.+)$/.exec(test)!
  const order = compare(version, wanted!)
  if (operator === '>=') return order >= 0
  if (operator === '<') return order < 0 && !isEarlyOf(version, wanted!)
  if (operator !== '^') return order === 0
  return order >= 0 && leading(version) === leading(wanted!)
}

// What `^` keeps: the first number that is not zero, and those before it.
function leading(version: string): string {
  const [major = 0, minor = 0, patch = 0] = numbersOf(version)
  if (major > 0) return `${major}`
  return minor > 0 ? `0.${minor}` : `0.0.${patch}`
}

function compare(a: string, b: string): number {
  const [one, two] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < 3; i++) {
    const difference = (one[i] ?? 0) - (two[i] ?? 0)
    if (difference !== 0) return difference
  }
  const [early, late] = [earlyOf(a), earlyOf(b)]
  if (early === late) return 0
  if (early === '' || late === '') return early === '' ? 1 : -1
  return early.localeCompare(late, 'en', { numeric: true })
}

// `2.0.0-rc.1` is before 2, and still of it.
function isEarlyOf(version: string, limit: string): boolean {
  return earlyOf(version) !== '' && compare(version.split('-')[0]!, limit) >= 0
}

function numbersOf(version: string): readonly number[] {
  return version.split(/[-+]/)[0]!.split('.').map(Number)
}

function earlyOf(version: string): string {
  return /-([^+]+)/.exec(version)?.[1] ?? ''
}
