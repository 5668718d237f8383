import { fill } from './fill.js'
import { quantity, type Speech, share } from './speech.js'

/** The title of a badge. Null or undefined if it must not be named. */
export type Title = string | null | undefined

/** Writes which badges are needed and how many the user has: `1 of 2 badges: “One” and “Two”`. */
export function badgesText(
  speech: Speech,
  titles: readonly Title[],
  { current, target }: { readonly current?: number; readonly target: number },
): string {
  const { theBadge, listed, badge } = speech.phrases
  const named = titles.map(title => titleText(speech, title))
  if (named.length === 1) return typeof titles[0] === 'string' ? fill(theBadge, { badge: named[0]! }) : named[0]!
  const text = current === undefined ? quantity(speech, target, badge) : share(speech, current, target, badge)
  return fill(listed, { text, list: speech.list(named, target < named.length ? 'or' : 'and') })
}

function titleText({ phrases }: Speech, title: Title): string {
  return typeof title === 'string' ? fill(phrases.quoted, { text: title }) : phrases.hiddenBadge
}

/** Writes which badges to earn: `earn “One” and “Two”`, `earn 1 of these: …`. */
export function earnText(speech: Speech, titles: readonly Title[], target: number): string {
  const { first, verbs, earnSome } = speech.phrases
  const named = titles.map(title => titleText(speech, title))
  if (target < named.length) return fill(earnSome, { n: speech.number(target), list: speech.list(named, 'or') })
  return fill(first, { verb: verbs.get, things: speech.list(named, 'and') })
}
