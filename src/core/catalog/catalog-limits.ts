import { isPlainObject } from '../values/metadata.js'
import { type CatalogFault, joinPath } from '../values/shape-faults.js'

/** Limits of the size of a catalog, so that checking and counting stay fast. */
const catalogLimits = {
  milestones: 2_000,
  /**
   * Badges that it can award. Each tier counts, and so does each time of a milestone over points, levels or milestones.
   */
  badges: 5_000,
  /** Values in it, including lists and objects. What is used for several tiers or repetitions counts once for each. */
  values: 200_000,
  /** Characters of all texts and names together. */
  characters: 4_000_000,
  depth: 40,
} as const

/** Checks whether a catalog is too large to be checked further. If it is, no other faults are reported. */
export function limitFaults(json: unknown): readonly CatalogFault[] {
  const { milestones } = isPlainObject(json) ? json : {}
  if (Array.isArray(milestones) && milestones.length > catalogLimits.milestones) {
    const problem = `has ${milestones.length} milestones, over ${catalogLimits.milestones}`
    return [{ path: 'milestones', problem, fix: 'Leave some out, or make one with tiers of several.' }]
  }
  const tooLarge = sizeFault(json)
  if (tooLarge) return [tooLarge]
  return Array.isArray(milestones) ? badgeFaults(milestones) : []
}

function badgeFaults(milestones: readonly unknown[]): readonly CatalogFault[] {
  let [badges, values] = [0, 0]
  for (const [i, milestone] of milestones.entries()) {
    const [name, count] = copiesOf(milestone)
    badges += count
    values += count * valuesIn(milestone)
    const path = joinPath('milestones', i, ...(name === undefined ? [] : [name]))
    if (badges > catalogLimits.badges) {
      const problem = `takes the catalog over ${catalogLimits.badges} badges`
      return [{ path, problem, fix: 'Use fewer tiers, a lower max of repeatable, or fewer milestones.' }]
    }
    if (values > catalogLimits.values) {
      const problem = `takes the catalog over ${catalogLimits.values} values, counted for each tier and time`
      return [{ path, problem, fix: 'Use fewer tiers, or a smaller requirement.' }]
    }
  }
  return []
}

const typesOnAwards = ['points', 'level', 'milestones']

// How many badges with requirements of their own a milestone has, and the field that causes so many.
function copiesOf(milestone: unknown): readonly [name: string | undefined, count: number] {
  if (!isPlainObject(milestone)) return [undefined, 1]
  const { tiers, repeatable, requirement } = milestone
  if (Array.isArray(tiers)) return ['tiers', tiers.length]
  const isOnAwards = isPlainObject(requirement) && typesOnAwards.includes(String(requirement.type))
  const max = isOnAwards && isPlainObject(repeatable) ? repeatable.max : undefined
  return typeof max === 'number' && max > 1 ? ['repeatable', max] : [undefined, 1]
}

function valuesIn(milestone: unknown): number {
  if (!isPlainObject(milestone)) return 1
  const { tiers, ...rest } = milestone
  let count = 0
  for (const _ of valuesOf(rest)) count += 1
  return count
}

function sizeFault(json: unknown): CatalogFault | undefined {
  const { values, characters, depth } = catalogLimits
  let [valueCount, characterCount] = [0, 0]
  for (const value of valuesOf(json)) {
    valueCount += 1
    characterCount += value.characters
    if (value.depth > depth) return whole(`is nested deeper than ${depth} levels`, 'Flatten it.')
    if (valueCount > values) return whole(`holds over ${values} values`, 'Make it smaller.')
    if (characterCount > characters) return whole(`holds over ${characters} characters`, 'Use shorter texts.')
  }
  return undefined
}

function whole(problem: string, fix: string): CatalogFault {
  return { path: 'catalog', problem, fix }
}

type Value = { readonly characters: number; readonly depth: number }

// Uses its own stack and only goes as far as the caller asks, because endless nesting would overflow the call stack.
function* valuesOf(json: unknown): Generator<Value> {
  const stack: { readonly value: unknown; readonly depth: number; readonly name: string }[] = [
    { value: json, depth: 0, name: '' },
  ]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth, name } = next
    yield { characters: name.length + (typeof value === 'string' ? value.length : 0), depth }
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) for (const item of value) stack.push({ value: item, depth: depth + 1, name: '' })
    else for (const [key, item] of Object.entries(value)) stack.push({ value: item, depth: depth + 1, name: key })
  }
}
