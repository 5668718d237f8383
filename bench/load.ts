import type { CompletionInput } from 'milepost'
import { bestMilestoneId, category, scoreStep } from './catalogs.js'
import { below, seededRandom } from './random.js'

/** Says which completions a writer records. Two writers with different `part`s never earn the same badge. */
export type LoadSpec = {
  readonly seed: number
  /** The users, by number: from the first, so many. */
  readonly users: UserRange
  /** Whether every slice has users of its own, who have done nothing before. */
  readonly isRenewed?: boolean
  /** The share of the users whose badges this writer earns. */
  readonly part: number
  readonly partCount: number
}

export type UserRange = { readonly first: number; readonly count: number }

/** A badge that a completion earns, known in advance, for hand-written code that evaluates nothing. */
export type PlannedBadge = { readonly completion: DatedInput; readonly milestoneId: string }

export type DatedInput = CompletionInput & { readonly completedAt: Date }
export type Batch = { readonly completions: readonly DatedInput[]; readonly badges: readonly PlannedBadge[] }

/** One in this many completions earns a badge. */
export const completionsPerBadge = 200

/** Makes batches of completions, none of them twice. */
export type Load = {
  /** `startsAt`: the time of the first completion; the next ones follow by milliseconds. */
  readonly batches: (startsAt: Date, sizes: { readonly batchCount: number; readonly batchSize: number }) => Batch[]
}

/** Starts a load. The same spec gives the same completions. */
export function createLoad({ seed, users, isRenewed = false, part, partCount }: LoadSpec): Load {
  const random = seededRandom(seed)
  const ownUserCount = Math.floor(users.count / partCount)
  let first = users.first
  let made = 0
  let brought = 0

  const plainCompletion = (completedAt: Date): DatedInput => ({
    userId: userIdOf(first + below(random, users.count)),
    category,
    itemKey: itemKeyOf(seed, made),
    metadata: { score: 1 + below(random, scoreStep - 1), minutes: 1 + below(random, 30) },
    completedAt,
  })
  const badgeCompletion = (completedAt: Date): PlannedBadge => {
    const nth = Math.floor(brought / ownUserCount) + 1
    const userId = userIdOf(first + (brought % ownUserCount) * partCount + part)
    brought += 1
    const completion = { ...plainCompletion(completedAt), userId, metadata: { score: nth * scoreStep, minutes: 10 } }
    return { completion, milestoneId: bestMilestoneId(nth) }
  }
  const batch = (startsAt: number, size: number): Batch => {
    const completions: DatedInput[] = []
    const badges: PlannedBadge[] = []
    for (let i = 0; i < size; i++) {
      made += 1
      const at = new Date(startsAt + i)
      const planned = made % completionsPerBadge === 0 ? badgeCompletion(at) : undefined
      if (planned) badges.push(planned)
      completions.push(planned?.completion ?? plainCompletion(at))
    }
    return { completions, badges }
  }
  const renew = (): void => {
    first += users.count
    brought = 0
  }
  return {
    batches: (startsAt, { batchCount, batchSize }) => {
      if (isRenewed) renew()
      return Array.from({ length: batchCount }, (_, i) => batch(startsAt.getTime() + i * batchSize, batchSize))
    },
  }
}

/** Makes the id of a user by number: like the UUIDs of real apps, in no order. */
export function userIdOf(number: number): string {
  const random = seededRandom(Math.imul(number + 1, 0x9e3779b1))
  const hex = Array.from({ length: 4 }, () =>
    below(random, 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export function userIdsOf({ first, count }: UserRange): string[] {
  return Array.from({ length: count }, (_, i) => userIdOf(first + i))
}

function itemKeyOf(seed: number, nth: number): string {
  return `lesson-${seed}-${nth}`
}
