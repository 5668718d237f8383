import type { PartFacts } from '../../src/core/words/part-text.js'
import type { Words } from '../../src/core/words/words.js'

const day = '2026-06-01T12:00:00.000Z'
const part = { holds: false, firstHeldAt: null, countsTimes: false, present: null, streak: null }

/** Why Ann does not have the badge “All-round”: a part holds, the others do not. */
export const explanation = {
  userId: 'ann',
  milestone: { id: 'all', title: 'All-round', tier: null, time: null, isRetired: false },
  status: 'revoked',
  isEarned: false,
  earnedAt: null,
  awardedBy: null,
  decidedBy: null,
  manualDecision: { decision: 'revoked', by: null, reason: 'earned by mistake', at: day },
  holds: false,
  firstHeldAt: null,
  after: {
    ...part,
    type: 'after',
    current: 0,
    target: 1,
    milestones: [{ id: 'ten', title: 'Ten lessons', isHeld: false, earnedAt: null }],
  },
  requirement: {
    ...part,
    type: 'all',
    current: 1,
    target: 4,
    parts: [
      {
        ...part,
        type: 'count',
        current: 12,
        target: 10,
        holds: true,
        requirement: { type: 'count', category: 'tutorial' },
      },
      {
        ...part,
        type: 'best',
        current: 82,
        target: 90,
        requirement: { type: 'best', category: 'quiz', property: 'score' },
      },
      {
        ...part,
        type: 'streak',
        current: 5,
        target: 7,
        requirement: { type: 'streak', category: 'lesson', every: 'day' },
      },
      {
        ...part,
        type: 'some',
        current: 0,
        target: 1,
        parts: [
          { ...part, type: 'points', current: 1190, target: 2000 },
          { ...part, type: 'level', current: 4, target: 9 },
        ],
      },
    ],
  },
  undone: { count: 0, latest: [] },
  nextStep: null,
  locale: 'en',
  timeZone: 'Europe/Berlin',
  zones: [],
  today: '2026-06-01',
  asOf: day,
  catalogFingerprint: 'x',
  catalogVersion: null,
}

export type SampleExplanation = { readonly after: object; readonly requirement: object }

/** The same with its sentences, as the server says them in the language asked for. */
export function explanationIn(words: Words, given: SampleExplanation): object {
  const { after, requirement } = given
  return {
    ...given,
    after: { ...after, text: words.part(after as PartFacts) },
    requirement: said(requirement, words),
  }
}

function said(node: object, words: Words): object {
  const { parts } = node as { readonly parts?: readonly object[] }
  const text = words.part(node as PartFacts)
  return { ...node, text, ...(parts && { parts: parts.map(part => said(part, words)) }) }
}
