import { unlocksOf } from '../core/awards/badge.js'
import { namesOf } from '../core/awards/decide.js'
import { badgeIdParts } from '../core/catalog/badge-id.js'
import { badgeReferences, refer } from '../core/catalog/badge-references.js'
import type { Coins } from '../core/catalog/milestone.js'
import type { ShownProgress } from '../core/progress/progress.js'
import type { ExpectedProgress, Then } from './chain.js'
import { failureOf, type View } from './failure.js'
import { instantOf, instantWords, type Moment } from './moment.js'
import { type HeldBadge, progressTo } from './outcome.js'

/** The checks of a {@link Then}. */
export type Checks = Pick<Then, 'holds' | 'lacks' | 'hasPoints' | 'hasLevel' | 'hasCoins' | 'hasUnlocked' | 'isAt'>

/** Makes the checks of a view. Each returns `self()` if it passes. */
export function checksOf(view: View, self: () => Then): Checks {
  const { points, level } = view.outcome
  const passed = (_: undefined): Then => self()
  const checks: Checks = {
    holds: (id, expected) => passed(checkHeld({ view, check: checks.holds }, id, expected?.since)),
    lacks: id => passed(checkLacking({ view, check: checks.lacks }, id)),
    hasPoints: wanted => passed(checkNumber({ view, check: checks.hasPoints }, 'The points are', [points, wanted])),
    hasLevel: wanted => passed(checkNumber({ view, check: checks.hasLevel }, 'The level is', [level, wanted])),
    hasCoins: wanted => passed(checkCoins({ view, check: checks.hasCoins }, wanted)),
    hasUnlocked: unlock => passed(checkUnlocked({ view, check: checks.hasUnlocked }, unlock)),
    isAt: (id, expected) => passed(checkProgress({ view, check: checks.isAt }, id, expected)),
  }
  return checks
}

/** `check`: the function that the test called. */
type Called = { readonly view: View; readonly check: Checks[keyof Checks] }

function checkHeld(called: Called, id: string, since: Moment | undefined): undefined {
  requireBadge(called, id)
  const { calendar } = called.view.outcome
  const badge = heldBy(called, id)
  if (!badge) throw failureOf(`"${id}" is not held`, { ...called, id })
  if (since === undefined) return
  const wanted = instantOf(since, 'since')
  if (badge.earnedAt.getTime() === wanted.getTime()) return
  const words = `since ${instantWords(badge.earnedAt, calendar)}, not since ${instantWords(wanted, calendar)}`
  throw failureOf(`"${id}" is held ${words}`, called)
}

// The id of a repeatable milestone means the first of its badges.
function heldBy({ view }: Called, id: string): HeldBadge | undefined {
  const { badges, compiled } = view.outcome
  return badges.find(held => namesOf(compiled.repeatableIds, held.id).includes(id))
}

function checkLacking(called: Called, id: string): undefined {
  requireBadge(called, id)
  const { calendar } = called.view.outcome
  const badge = heldBy(called, id)
  if (badge) throw failureOf(`"${id}" is held since ${instantWords(badge.earnedAt, calendar)}`, called)
}

function checkNumber(called: Called, start: string, [found, wanted]: readonly [number, number]): undefined {
  if (found !== wanted) throw failureOf(`${start} ${found}, not ${wanted}`, called)
}

function checkCoins(called: Called, wanted: Coins): undefined {
  const { balance } = called.view.outcome
  for (const [currency, amount] of Object.entries(wanted)) {
    const found = balance[currency]
    const known = Object.keys(balance).join(', ') || 'none'
    if (found === undefined) throw new Error(`"${currency}" is not a currency of this catalog; it has ${known}`)
    checkNumber(called, `The ${currency} are`, [found, amount])
  }
}

function checkUnlocked(called: Called, unlock: string): undefined {
  const { outcome, now } = called.view
  const { badges, compiled } = outcome
  if (unlocksOf(badges, now).includes(unlock)) return
  const opening = compiled.catalog.milestones.filter(({ reward }) => reward.unlocks.includes(unlock))
  const ids = opening.map(({ id }) => `"${id}"`).join(', ')
  const words = ids === '' ? 'no badge of this catalog opens it' : `opened by ${ids}`
  throw failureOf(`"${unlock}" is not unlocked; ${words}`, called)
}

function checkProgress(called: Called, id: string, expected: ExpectedProgress): undefined {
  requireBadge(called, id)
  const { milestoneId, time } = badgeIdParts(id)
  if (time !== undefined)
    throw new Error(`All badges of a repeatable milestone share their progress; check "${milestoneId}" instead`)
  const progress = progressTo(id, called.view.outcome, called.view.now)
  if (!progress || progress.isHidden) throw failureOf(`No progress towards "${id}"`, { ...called, id })
  const differences = differencesOf(progress, expected)
  if (differences.length > 0) throw failureOf(`"${id}": ${differences.join(', ')}`, { ...called, id })
}

function differencesOf(progress: ShownProgress, expected: ExpectedProgress): readonly string[] {
  const keys = Object.keys(expected) as (keyof ExpectedProgress)[]
  return keys
    .filter(key => expected[key] !== undefined && progress[key] !== expected[key])
    .map(key => `${key} is ${progress[key]}, not ${expected[key]}`)
}

// Without this, a check that a misspelled badge is missing would always pass.
function requireBadge({ view }: Called, id: string): void {
  const { milestones } = view.outcome.compiled.catalog.definition
  const fault = refer(badgeReferences(milestones), undefined, id)
  if (fault) throw new Error(`${fault.problem}. ${fault.fix}`)
}
