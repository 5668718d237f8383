import type { KeyTable } from '../core/known-keys.js'
import type { GivenBody, Query } from '../http/contract/operations.js'
import type {
  AwardResultOf,
  BadgeOf,
  BadgePageOf,
  CompletionOf,
  DeletePauseResultOf,
  ExplanationOf,
  LeaderboardPage,
  MilestonePageOf,
  NextMilestoneOf,
  PauseInput,
  ProgressOf,
  RecordResultOf,
  RevokeResultOf,
  StatisticsPageOf,
  StreakPause,
  UndoResultOf,
  UserSettings,
} from './answers.js'
import type { CatalogNames, CategoryOf, IdOf, UnlockOf } from './catalog-names.js'
import { type ClientOptions, settle } from './client-options.js'
import { checkNames, notGiven } from './known-names.js'
import { type Call, send } from './send.js'
import { linkedAbort } from './signals.js'
import { openStream } from './stream.js'
import type { StreamEventOf, StreamOptions } from './stream-event.js'

/** What every call can be given besides. */
export type CallOptions = {
  readonly signal?: AbortSignal | undefined
  /** Of a call that writes, to make the same call again later, from another process perhaps; one of its own when left out. */
  readonly idempotencyKey?: string | undefined
}

type Asked =
  | 'getProgress'
  | 'listBadges'
  | 'listNext'
  | 'listUnseen'
  | 'explainMilestone'
  | 'listMilestones'
  | 'getStatistics'
  | 'getLeaderboard'
type Reading<Id extends Asked> = CallOptions & { [Name in keyof Query<Id>]?: Query<Id>[Name] | undefined }

/** Every call that apps make of the API; keys, webhooks and catalogs are left to the command and to Studio. */
export type MilepostClient<C extends CatalogNames = CatalogNames> = {
  /** Records one completion, or up to 1,000: as a whole or not at all. Recorded before, it is answered `duplicate`, with the same badges. */
  record(completion: CompletionOf<C>, options?: CallOptions): Promise<RecordResultOf<C>>
  record(completions: readonly CompletionOf<C>[], options?: CallOptions): Promise<RecordResultOf<C>[]>
  /** Takes a completion back, and the badges that rested on it. */
  undo(completion: Undone<C>, options?: CallOptions): Promise<UndoResultOf<C>>
  progress(userId: string, options?: Reading<'getProgress'>): Promise<ProgressOf<C>>
  badges(userId: string, options?: Reading<'listBadges'>): Promise<BadgePageOf<C>>
  unlocks(userId: string, options?: CallOptions): Promise<UnlockOf<C>[]>
  /** Lists the milestones that a user is nearest to. */
  next(userId: string, options?: Reading<'listNext'>): Promise<NextMilestoneOf<C>[]>
  /** Lists the badges that wait to be celebrated. */
  unseen(userId: string, options?: Reading<'listUnseen'>): Promise<BadgeOf<C>[]>
  /** Marks badges as celebrated; gives those that nobody marked before, which this caller is to celebrate. */
  seen(userId: string, badgeIds: readonly IdOf<C>[], options?: CallOptions): Promise<IdOf<C>[]>
  /** Counts a user anew and awards what is due. */
  check(userId: string, options?: CallOptions): Promise<BadgeOf<C>[]>
  /** Gives a badge by hand. `at`: from when it is held, not later than now. */
  award(
    userId: string,
    byHand: ByHand<C> & { readonly at?: Date | string },
    options?: CallOptions,
  ): Promise<AwardResultOf<C>>
  /** Takes a badge by hand. `lasting`: whether it cannot be earned again until it is given by hand. */
  revoke(
    userId: string,
    byHand: ByHand<C> & { readonly lasting?: boolean },
    options?: CallOptions,
  ): Promise<RevokeResultOf<C>>
  /** Reads the time zone, how far the user takes part, and attributes. */
  getSettings(userId: string, options?: CallOptions): Promise<UserSettings>
  /** Sets any of them; what is left out stays. */
  settings(userId: string, settings: GivenBody<'changeSettings'>, options?: CallOptions): Promise<UserSettings>
  /** Leaves days out of the streaks of a user, or with null of everybody. Takes a server key with the scope `admin`. */
  pauseStreaks(userId: string | null, pause: PauseInput, options?: CallOptions): Promise<StreakPause>
  /** Lists the pauses of a user, or with null those of everybody. */
  streakPauses(userId: string | null, options?: CallOptions): Promise<StreakPause[]>
  /** Takes a pause back, and the badges that only it upheld. */
  deleteStreakPause(
    id: string,
    options?: CallOptions & { readonly reason?: string | undefined },
  ): Promise<DeletePauseResultOf<C>>
  milestones(options?: Reading<'listMilestones'>): Promise<MilestonePageOf<C>>
  /** Tells who holds one milestone with its tiers, or, without an id, each of the catalog. */
  statistics(milestoneId?: IdOf<C>, options?: Reading<'getStatistics'>): Promise<StatisticsPageOf<C>>
  leaderboard(options?: Reading<'getLeaderboard'>): Promise<LeaderboardPage>
  /** Tells why a user has a badge, or not yet. */
  explanation(userId: string, milestoneId: IdOf<C>, options?: Reading<'explainMilestone'>): Promise<ExplanationOf<C>>
  /** Yields awards and revocations as they come, until the signal aborts or the loop is left. */
  stream(options?: StreamOptions): AsyncGenerator<StreamEventOf<C>, void, undefined>
  /** The same by callback. Returns how to stop; `onEnd` hears why it gave up. */
  listen(options: StreamOptions, hear: (event: StreamEventOf<C>) => void, onEnd?: (error: unknown) => void): () => void
}

type ByHand<C extends CatalogNames> = { readonly milestoneId: IdOf<C>; readonly reason: string }
type Undone<C extends CatalogNames> = {
  readonly userId: string
  readonly category: CategoryOf<C>
  readonly itemKey: string
  readonly reason?: string | undefined
}

/**
 * Makes a client of a Milepost server. It runs in browsers, in Node and wherever there is `fetch`.
 * @throws TypeError where a server key is given in a browser
 * @example
 * const client = createClient<typeof catalog>({ baseUrl: '/api/milepost', token })
 * const { totalPoints, level } = await client.progress(userId)
 */
export function createClient<C extends CatalogNames = CatalogNames>(options: ClientOptions): MilepostClient<C> {
  const settled = settle(options)
  const get = <Answer>(path: string, given: object = {}): Promise<Answer> => {
    const { signal, idempotencyKey: _, ...query } = given as CallOptions & Call['query']
    return send(settled, { path, query, signal })
  }
  const write = async <Answer>(call: Call, options: CallOptions = {}): Promise<Answer> => {
    checkNames('this call', options, callOptionNames)
    return send(settled, { ...call, ...options })
  }
  const post = <Answer>(path: string, body: unknown, options?: CallOptions): Promise<Answer> =>
    write({ method: 'POST', path, body }, options)
  return {
    record: async (given: unknown, options?: CallOptions) => {
      const answer = await post<{ results?: unknown }>('/v1/completions', given, options)
      return (answer.results ?? answer) as never
    },
    undo: async (undone, options) => {
      checkNames('undo', undone, undoneNames)
      const { userId, category, itemKey, reason } = undone
      const path = ofUser(userId, 'completions', category, itemKey)
      return write({ method: 'DELETE', path, query: { reason } }, options)
    },
    progress: async (userId, options) => get(ofUser(userId, 'progress'), options),
    badges: async (userId, options) => get(ofUser(userId, 'badges'), options),
    unlocks: async (userId, options) => (await get<Lists<C>>(ofUser(userId, 'unlocks'), options)).unlocks,
    next: async (userId, options) => (await get<Lists<C>>(ofUser(userId, 'next'), options)).milestones,
    unseen: async (userId, options) => (await get<Lists<C>>(ofUser(userId, 'unseen'), options)).badges,
    seen: async (userId, badgeIds, options) =>
      (await post<Lists<C>>(ofUser(userId, 'seen'), { badgeIds }, options)).seen,
    check: async (userId, options) => (await post<Lists<C>>(ofUser(userId, 'check'), undefined, options)).awarded,
    award: async (userId, byHand, options) => post(ofUser(userId, 'award'), byHand, options),
    revoke: async (userId, byHand, options) => post(ofUser(userId, 'revoke'), byHand, options),
    getSettings: async (userId, options) => get(ofUser(userId, 'settings'), options),
    settings: async (userId, body, options) =>
      write({ method: 'PUT', path: ofUser(userId, 'settings'), body }, options),
    pauseStreaks: async (userId, pause, options) => post('/v1/pauses', { ...pause, userId }, options),
    streakPauses: async (userId, options) => {
      // Without a user the server lists those for everybody: they take a null, so that nobody asks for them by mistake.
      if (userId !== null && typeof userId !== 'string') throw notGiven('userId', 'give the id of a user, or null')
      const query = { ...options, ...(userId !== null && { userId }) }
      return (await get<{ pauses: StreakPause[] }>('/v1/pauses', query)).pauses
    },
    deleteStreakPause: async (id, { reason, ...options } = {}) =>
      write({ method: 'DELETE', path: path('pauses', id), query: { reason } }, options),
    milestones: options => get('/v1/milestones', options),
    statistics: async (id, options) =>
      get(id === undefined ? '/v1/statistics' : path('milestones', id, 'statistics'), options),
    leaderboard: options => get('/v1/leaderboard', options),
    explanation: async (userId, id, options) => get(ofUser(userId, 'milestones', id, 'explanation'), options),
    stream: (options = {}) => openStream<C>(settled, options),
    listen: (options, hear, onEnd) => {
      const { signal, abort, unlink } = linkedAbort(options.signal)
      const run = async (): Promise<void> => {
        for await (const event of openStream<C>(settled, { ...options, signal })) hear(event)
      }
      run()
        .catch(error => onEnd?.(error))
        .finally(unlink)
      return abort
    },
  }
}

const callOptionNames: KeyTable<CallOptions> = { signal: true, idempotencyKey: true }
// A completion as it was answered names one too.
const undoneNames: KeyTable<Undone<CatalogNames> & RecordResultOf<CatalogNames>['completion']> = {
  userId: true,
  category: true,
  itemKey: true,
  reason: true,
  metadata: true,
  completedAt: true,
  recordedAt: true,
}

type Lists<C extends CatalogNames> = {
  readonly unlocks: UnlockOf<C>[]
  readonly milestones: NextMilestoneOf<C>[]
  readonly badges: BadgeOf<C>[]
  readonly seen: IdOf<C>[]
  readonly awarded: BadgeOf<C>[]
}

function ofUser(userId: string, ...rest: readonly string[]): string {
  return path('users', userId, ...rest)
}

function path(...parts: readonly string[]): string {
  if (parts.some(part => typeof part !== 'string' || part === '')) throw notGiven('an id', 'give each id of the call')
  // However they are written, addresses lose such parts on the way.
  if (parts.some(part => part === '.' || part === '..'))
    throw new TypeError(`An id of dots has no address: ${parts.join('/')}`)
  return `/v1/${parts.map(encodeURIComponent).join('/')}`
}
