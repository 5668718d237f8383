import type { BadgeOf, ProgressOf } from '../client/answers.js'
import type { CatalogNames } from '../client/catalog-names.js'
import type { MilepostContext } from './context.js'

type Badge = BadgeOf<CatalogNames>
type Progress = ProgressOf<CatalogNames>

/** A badge to celebrate now. `level`: the level that came with it, null where it stayed. */
export type Celebration = {
  readonly badge: Badge
  readonly level: { readonly number: number; readonly name: string | null } | null
}

/** What is celebrated now, and how many wait. */
export type CelebrationState = { readonly current: Celebration | null; readonly waitingCount: number }

/** Celebrates the badges of one user, one at a time. */
export type Celebrations = {
  readonly get: () => CelebrationState
  readonly watch: (hear: () => void) => () => void
  /** Begins to listen. Returns how to stop. */
  readonly open: () => () => void
  /** Goes on to the next. */
  readonly dismiss: () => void
}

type Given = Pick<MilepostContext, 'client' | 'userId' | 'locale' | 'store' | 'live'>

const retryMs = 5_000

/** Hands out each new badge once over all tabs and devices: whoever marks it as seen first celebrates it. */
export function createCelebrations(given: Given): Celebrations {
  const { client, userId, locale, live } = given
  const claim = createClaim(given)
  const level = createLevelWatch(given)
  const listeners = new Set<() => void>()
  let state: CelebrationState = { current: null, waitingCount: 0 }
  let waiting: readonly Badge[] = []
  let isClaiming = false
  let retry: ReturnType<typeof setTimeout> | undefined

  const show = (current: Celebration | null): void => {
    state = { current, waitingCount: waiting.length }
    for (const hear of listeners) hear()
  }
  const goOn = async (): Promise<void> => {
    const [badge] = waiting
    // A tab that nobody looks at would take the badge from the tab in front.
    if (!badge || state.current || isClaiming || document.visibilityState !== 'visible') return
    isClaiming = true
    clearTimeout(retry)
    try {
      const isOurs = await claim(badge)
      const reached = isOurs ? await level.reached() : null
      waiting = waiting.filter(({ id }) => id !== badge.id)
      isClaiming = false
      if (isOurs) show({ badge, level: reached })
      else void goOn()
    } catch {
      isClaiming = false
      retry = setTimeout(goOn, retryMs)
    }
  }
  const add = (badges: readonly Badge[]): void => {
    const isNew = ({ id }: Badge): boolean => id !== state.current?.badge.id && !waiting.some(one => one.id === id)
    waiting = [...waiting, ...badges.filter(isNew)]
    if (state.current) show(state.current)
    void goOn()
  }
  // A reading that fails is made again when the connection is back.
  const look = (): Promise<void> => client.unseen(userId, { locale }).then(add, () => {})
  return {
    get: () => state,
    watch: hear => {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
    dismiss: () => {
      show(null)
      void goOn()
    },
    open: () => {
      void look()
      const leave = [live.join(badge => (badge ? add([badge]) : void look())), level.open(), onReturn(goOn)]
      return () => {
        clearTimeout(retry)
        for (const stop of leave) stop()
      }
    },
  }
}

/** One key for each badge: a claim whose answer was lost is answered by that answer when it is made again. */
function createClaim({ client, userId }: Given): (badge: Badge) => Promise<boolean> {
  const keys = new Map<string, string>()
  return async ({ id }) => {
    const idempotencyKey = keys.get(id) ?? randomKey()
    keys.set(id, idempotencyKey)
    return (await client.seen(userId, [id], { idempotencyKey })).includes(id)
  }
}

function randomKey(): string {
  // Not randomUUID, which pages without HTTPS lack.
  return [...crypto.getRandomValues(new Uint32Array(4))].map(number => number.toString(36)).join('-')
}

function onReturn(hear: () => void): () => void {
  const places = [
    [document, 'visibilitychange'],
    [window, 'online'],
  ] as const
  for (const [place, event] of places) place.addEventListener(event, hear)
  return () => {
    for (const [place, event] of places) place.removeEventListener(event, hear)
  }
}

/** Tells a level that was reached since the last time it was asked for. */
function createLevelWatch({ client, userId, locale, store }: Given): {
  readonly open: () => () => void
  readonly reached: () => Promise<Celebration['level']>
} {
  const load = (): Promise<Progress> => client.progress(userId, { locale })
  let known: number | undefined
  const learn = (): void => {
    known ??= (store.get('progress').data as Progress | undefined)?.level
  }
  return {
    open: () => {
      const stop = store.watch('progress', load, learn)
      learn()
      return stop
    },
    reached: async () => {
      const before = known
      // Not to know it is no reason to leave the badge out.
      const now = await load().catch(() => null)
      if (!now) return null
      known = now.level
      store.put('progress', now)
      return before !== undefined && now.level > before ? { number: now.level, name: now.levelName } : null
    },
  }
}
