import type { PeriodUnit } from '../time/period.js'

/** A noun by the categories of `Intl.PluralRules`. */
export type Noun = { readonly [Form in Intl.LDMLPluralRule]?: string } & { readonly other: string }

/** The templates of one language. Names in braces are replaced by values; `{text}` is the text that a template wraps. */
export type Phrases = {
  /** The forms of a noun that are written without their number. */
  readonly withoutNumber: readonly Intl.LDMLPluralRule[]
  /** A completion whose category has no label in this language. */
  readonly activity: Noun
  readonly point: Noun
  readonly badge: Noun
  readonly time: Noun
  /** What is done with a category, a property, points and badges, as a request. */
  readonly verbs: Readonly<Record<'finish' | 'collect' | 'earn' | 'get', string>>
  readonly quoted: string
  readonly hiddenBadge: string
  readonly ofTarget: string
  /** `things`: the number and the noun; `n` and `thing`: the two by themselves. */
  readonly first: string
  readonly more: string
  readonly atLeast: string
  readonly atMost: string
  readonly withoutRepeats: string
  readonly among: string
  /** `share`: how much of the set. */
  readonly shareOf: string
  readonly where: string
  /** Times of day by the user's clock. */
  readonly hours: Readonly<Record<'between' | 'from' | 'until', string>>
  /** `days`: days of the week, of which any counts. */
  readonly onDays: string
  readonly during: Readonly<Record<PeriodUnit, string>>
  readonly within: string
  readonly timed: string
  readonly by: Readonly<Record<'today' | 'tomorrow' | 'date' | 'time', string>>
  readonly from: Readonly<Record<'tomorrow' | 'date' | 'time', string>>
  readonly continueBy: string
  readonly forLevel: string
  readonly reachLevel: string
  readonly level: string
  readonly levelSoFar: string
  readonly theBadge: string
  readonly listed: string
  readonly earnSome: string
  readonly neededFirst: string
  readonly all: string
  readonly any: string
  readonly some: string
  readonly none: Readonly<Record<'revoked' | 'retired' | 'over' | 'full' | 'unreachable' | 'due', string>>
}
