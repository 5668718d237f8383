import type { KeyTable } from '../core/values/known-keys.js'
import type { GivenBody, OperationQuery } from '../http/contract/operations.js'
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

/** Options of every call. */
export type ClientCallOptions = {
  readonly signal?: AbortSignal | undefined
  /** Of a call that writes, to make the same call again later, from another process perhaps. Default: one of its own. */
  readonly idempotencyKey?: string | undefined
}

type Asked =
  | 'getUserProgress'
  | 'getUserBadges'
  | 'whatNext'
  | 'getUnseenBadges'
  | 'explain'
  | 'getAllMilestones'
  | 'getMilestoneStatistics'
  | 'getLeaderboard'
type Reading<Id extends Asked> = ClientCallOptions & {
  [Name in keyof OperationQuery<Id>]?: OperationQuery<Id>[Name] | undefined
}

/** Every call that apps make of the API; keys, webhooks and catalogs are left to the command and to Studio. */
export type MilepostClient<C extends CatalogNames = CatalogNames> = {
  /** Records one completion, or up to 1,000: as a whole or not at all. Recorded before, it is answered `duplicate`, with the same badges. */
  record(completion: CompletionOf<C>, options?: ClientCallOptions): Promise<RecordResultOf<C>>
  record(completions: readonly CompletionOf<C>[], options?: ClientCallOptions): Promise<RecordResultOf<C>[]>
  /** Undoes a completion, and revokes the badges that depended on it. */
  undo(completion: Undone<C>, options?: ClientCallOptions): Promise<UndoResultOf<C>>
  getUserProgress(userId: string, options?: Reading<'getUserProgress'>): Promise<ProgressOf<C>>
  getUserBadges(userId: string, options?: Reading<'getUserBadges'>): Promise<BadgePageOf<C>>
  getUserUnlocks(userId: string, options?: ClientCallOptions): Promise<UnlockOf<C>[]>
  /** Lists the milestones a user is closest to. */
  whatNext(userId: string, options?: Reading<'whatNext'>): Promise<NextMilestoneOf<C>[]>
  /** Lists badges that were not celebrated yet. */
  getUnseenBadges(userId: string, options?: Reading<'getUnseenBadges'>): Promise<BadgeOf<C>[]>
  /** Marks badges as celebrated. Returns those that were not marked before: celebrate these. */
  markSeen(userId: string, badgeIds: readonly IdOf<C>[], options?: ClientCallOptions): Promise<IdOf<C>[]>
  /** Recalculates a user and awards what is due. */
  checkAndAwardMilestones(userId: string, options?: ClientCallOptions): Promise<BadgeOf<C>[]>
  /** Awards a badge manually. `at`: its date, not later than now. */
  awardBadge(
    userId: string,
    byHand: ByHand<C> & { readonly at?: Date | string },
    options?: ClientCallOptions,
  ): Promise<AwardResultOf<C>>
  /** Revokes a badge manually. `lasting`: whether it stays revoked until it is awarded manually. */
  revokeBadge(
    userId: string,
    byHand: ByHand<C> & { readonly lasting?: boolean },
    options?: ClientCallOptions,
  ): Promise<RevokeResultOf<C>>
  /** Reads the time zone, how far the user takes part, and attributes. */
  getUserSettings(userId: string, options?: ClientCallOptions): Promise<UserSettings>
  /** Updates the given settings. Omitted ones stay unchanged. */
  updateUserSettings(
    userId: string,
    settings: GivenBody<'updateUserSettings'>,
    options?: ClientCallOptions,
  ): Promise<UserSettings>
  /** Pauses the streaks of a user, or of all users with null. Needs a server key with the scope `admin`. */
  pauseStreaks(userId: string | null, pause: PauseInput, options?: ClientCallOptions): Promise<StreakPause>
  /** Lists the pauses of a user, or those of all users with null. */
  getStreakPauses(userId: string | null, options?: ClientCallOptions): Promise<StreakPause[]>
  /** Deletes a pause, and revokes the badges that depended on it. */
  deleteStreakPause(
    id: string,
    options?: ClientCallOptions & { readonly reason?: string | undefined },
  ): Promise<DeletePauseResultOf<C>>
  getAllMilestones(options?: Reading<'getAllMilestones'>): Promise<MilestonePageOf<C>>
  /** Tells who holds one milestone with its tiers, or, without an id, each of the catalog. */
  getMilestoneStatistics(
    milestoneId?: IdOf<C>,
    options?: Reading<'getMilestoneStatistics'>,
  ): Promise<StatisticsPageOf<C>>
  getLeaderboard(options?: Reading<'getLeaderboard'>): Promise<LeaderboardPage>
  /** Tells why a user has a badge, or not yet. */
  explain(userId: string, milestoneId: IdOf<C>, options?: Reading<'explain'>): Promise<ExplanationOf<C>>
  /** Yields awards and revocations as they come, until the signal aborts or the loop is left. */
  stream(options?: StreamOptions): AsyncGenerator<StreamEventOf<C>, void, undefined>
  /** The same with a callback. Returns a function that stops it. `onEnd` receives the error if it gives up. */
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
 * @throws TypeError if a server key is passed in a browser
 * @example
 * const client = createClient<typeof catalog>({ baseUrl: '/api/milepost', token })
 * const { totalPoints, level } = await client.getUserProgress(userId)
 */
export function createClient<C extends CatalogNames = CatalogNames>(options: ClientOptions): MilepostClient<C> {
  const settled = settle(options)
  const get = <Answer>(path: string, given: object = {}): Promise<Answer> => {
    const { signal, idempotencyKey: _, ...query } = given as ClientCallOptions & Call['query']
    return send(settled, { path, query, signal })
  }
  const write = async <Answer>(call: Call, options: ClientCallOptions = {}): Promise<Answer> => {
    checkNames('this call', options, callOptionNames)
    return send(settled, { ...call, ...options })
  }
  const post = <Answer>(path: string, body: unknown, options?: ClientCallOptions): Promise<Answer> =>
    write({ method: 'POST', path, body }, options)
  return {
    record: async (given: unknown, options?: ClientCallOptions) => {
      const answer = await post<{ results?: unknown }>('/v1/completions', given, options)
      return (answer.results ?? answer) as never
    },
    undo: async (undone, options) => {
      checkNames('undo', undone, undoneNames)
      const { userId, category, itemKey, reason } = undone
      const path = ofUser(userId, 'completions', category, itemKey)
      return write({ method: 'DELETE', path, query: { reason } }, options)
    },
    getUserProgress: async (userId, options) => get(ofUser(userId, 'progress'), options),
    getUserBadges: async (userId, options) => get(ofUser(userId, 'badges'), options),
    getUserUnlocks: async (userId, options) => (await get<Lists<C>>(ofUser(userId, 'unlocks'), options)).unlocks,
    whatNext: async (userId, options) => (await get<Lists<C>>(ofUser(userId, 'next'), options)).milestones,
    getUnseenBadges: async (userId, options) => (await get<Lists<C>>(ofUser(userId, 'unseen'), options)).badges,
    markSeen: async (userId, badgeIds, options) =>
      (await post<Lists<C>>(ofUser(userId, 'seen'), { badgeIds }, options)).seen,
    checkAndAwardMilestones: async (userId, options) =>
      (await post<Lists<C>>(ofUser(userId, 'check'), undefined, options)).awarded,
    awardBadge: async (userId, byHand, options) => post(ofUser(userId, 'award'), byHand, options),
    revokeBadge: async (userId, byHand, options) => post(ofUser(userId, 'revoke'), byHand, options),
    getUserSettings: async (userId, options) => get(ofUser(userId, 'settings'), options),
    updateUserSettings: async (userId, body, options) =>
      write({ method: 'PUT', path: ofUser(userId, 'settings'), body }, options),
    pauseStreaks: async (userId, pause, options) => post('/v1/pauses', { ...pause, userId }, options),
    getStreakPauses: async (userId, options) => {
      // Without a user the server lists those for everybody: they take a null, so that nobody asks for them by mistake.
      if (userId !== null && typeof userId !== 'string') throw notGiven('userId', 'pass a user id, or null')
      const query = { ...options, ...(userId !== null && { userId }) }
      return (await get<{ pauses: StreakPause[] }>('/v1/pauses', query)).pauses
    },
    deleteStreakPause: async (id, { reason, ...options } = {}) =>
      write({ method: 'DELETE', path: path('pauses', id), query: { reason } }, options),
    getAllMilestones: options => get('/v1/milestones', options),
    getMilestoneStatistics: async (id, options) =>
      get(id === undefined ? '/v1/statistics' : path('milestones', id, 'statistics'), options),
    getLeaderboard: options => get('/v1/leaderboard', options),
    explain: async (userId, id, options) => get(ofUser(userId, 'milestones', id, 'explanation'), options),
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

const callOptionNames: KeyTable<ClientCallOptions> = { signal: true, idempotencyKey: true }
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
  if (parts.some(part => typeof part !== 'string' || part === '')) throw notGiven('an id', 'pass every id of the call')
  // However they are written, addresses lose such parts on the way.
  if (parts.some(part => part === '.' || part === '..'))
    throw new TypeError(`An id made of dots cannot be part of a URL: ${parts.join('/')}`)
  return `/v1/${parts.map(encodeURIComponent).join('/')}`
}
