import { median, quantile } from './median.js'

/** One side of a comparison: does its share of one round and returns a rate, so many a second. */
export type Side = () => Promise<number>

/** The rates of one round, in the order of the sides. */
export type Round = readonly number[]

/** How long sides run by turns. */
export type Turns = {
  readonly warmUpCount: number
  readonly roundCount: number
  /** After so long no round begins any more, once {@link leastRounds} are there. */
  readonly budgetMs: number
  readonly onRound?: (done: number, total: number) => void
}

const leastRounds = 3

/**
 * Runs sides by turns, each round beginning with another one (A B, B A, …), so that what changes in the meantime, such as
 * the size of a table or the load of the machine, meets all of them.
 */
export async function alternate(sides: readonly Side[], turns: Turns): Promise<readonly Round[]> {
  const { warmUpCount, roundCount, budgetMs, onRound } = turns
  const endsAt = performance.now() + budgetMs
  const rounds: Round[] = []
  for (let i = 0; i < warmUpCount + roundCount; i++) {
    if (i >= warmUpCount + leastRounds && performance.now() > endsAt) break
    onRound?.(i, warmUpCount + roundCount)
    const round = await runRound(sides, i % sides.length)
    if (i >= warmUpCount) rounds.push(round)
  }
  return rounds
}

async function runRound(sides: readonly Side[], first: number): Promise<Round> {
  const rates = sides.map(() => Number.NaN)
  for (let i = 0; i < sides.length; i++) {
    const place = (first + i) % sides.length
    rates[place] = await sides[place]!()
  }
  return rates
}

/** What two sides came to. */
export type Comparison = {
  /** The median over the rounds of `a`'s rate divided by `b`'s in the same round. */
  readonly ratio: number
  /** Where the middle half of those ratios lies. */
  readonly spread: readonly [number, number]
  readonly a: number
  readonly b: number
}

/** Compares two of the sides, given by their places. */
export function compare(rounds: readonly Round[], a: number, b: number): Comparison {
  const ratios = rounds.map(round => round[a]! / round[b]!)
  return {
    ratio: median(ratios),
    spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    a: median(rounds.map(round => round[a]!)),
    b: median(rounds.map(round => round[b]!)),
  }
}
