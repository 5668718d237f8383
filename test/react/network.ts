import { utcCalendar } from '../../src/core/time/calendar.js'
import { type Words, wordsOf } from '../../src/core/words/words.js'
import * as hostile from './hostile-sample.js'
import * as ordinary from './sample.js'
import { explanation, explanationIn, type SampleExplanation } from './sample-explanation.js'

/** How the server of a gallery answers; `mends`: fails until the page is called mended; `hostile`: with texts that attack the page. */
export type NetworkState = 'answers' | 'empty' | 'waits' | 'fails' | 'mends' | 'offline' | 'hostile'

/** What a server has, and the time at which it answers. */
export type NetworkSample = Pick<
  typeof ordinary,
  'progress' | 'milestones' | 'leaders' | 'boardLeaders' | 'around' | 'balance' | 'next' | 'statistics' | 'freshBadge'
> & { readonly explanation: SampleExplanation; readonly now: Date }

const ordinarySample: NetworkSample = { ...ordinary, explanation, now: new Date('2026-06-01T12:00:00Z') }

/** Makes a `fetch` that answers as a server in this state would. */
export function networkOf(state: NetworkState, sample = ordinarySample): typeof fetch {
  return async (input, init) => {
    const { pathname, searchParams } = new URL(String(input), 'http://gallery')
    const path = pathname.replace(/^.*\/v1/, '')
    if (state === 'waits' || path === '/stream') return new Promise((_, reject) => abortedBy(init?.signal, reject))
    if (state === 'offline') throw new TypeError('no network')
    if (state === 'fails' || (state === 'mends' && document.title !== 'Mended'))
      return Response.json({ code: 'DATABASE_FAILED', detail: 'down' }, { status: 500 })
    const name = path.split('/').at(-1)!
    if (state === 'empty' && path.endsWith('/explanation'))
      return Response.json({ code: 'MILESTONE_NOT_FOUND', detail: 'none' }, { status: 404 })
    const isAround = String(input).includes('around')
    const locale = searchParams.get('locale') ?? 'en'
    const answer = { ...answersOf(sample, locale), ...others[state] }[
      isAround ? 'around' : searchParams.has('board') ? 'board' : name
    ]
    if (answer === undefined) throw new TypeError(`nothing answers ${path}`)
    return Response.json(answer)
  }
}

function abortedBy(signal: AbortSignal | null | undefined, reject: (reason: unknown) => void): void {
  signal?.addEventListener('abort', () => reject(signal.reason))
}

function answersOf(sample: NetworkSample, locale: string): Readonly<Record<string, unknown>> {
  const { progress, milestones, leaders, boardLeaders, around, balance, next, statistics, freshBadge, now } = sample
  return {
    progress,
    milestones: { milestones, next: null },
    leaderboard: { entries: leaders, next: 'more' },
    board: { entries: boardLeaders, next: null, period: ordinary.springTerm },
    around: { entries: around, next: null },
    balance: { balance },
    next: {
      milestones: next.map(({ id, step }) => ({
        id,
        text: words(locale).nextStep(step, { calendar: utcCalendar, now }),
      })),
    },
    statistics,
    explanation: explanationIn(words(locale), sample.explanation),
    unseen: { badges: [freshBadge] },
    seen: { seen: [freshBadge.id] },
  }
}

function words(locale: string): Words {
  return wordsOf({ locale: 'en' }, locale)
}

const others: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  empty: {
    progress: ordinary.newcomer,
    milestones: { milestones: [], next: null },
    leaderboard: { entries: [], next: null },
    balance: { balance: { gem: 0 } },
    next: { milestones: [] },
    unseen: { badges: [] },
  },
  hostile: {
    progress: hostile.progress,
    milestones: { milestones: hostile.milestones, next: null },
    leaderboard: { entries: hostile.leaders, next: null },
    balance: { balance: hostile.balance },
    unseen: { badges: [hostile.badge] },
    seen: { seen: [hostile.badge.id] },
    explanation: hostile.explanation,
    next: { milestones: hostile.next },
  },
}
