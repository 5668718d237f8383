import type { Completion } from '../core/users/completion.js'
import type { KeyTable } from '../core/values/known-keys.js'
import type { CompletionKey } from '../service/manual/undo.js'
import type { ClientCallOptions, MilepostClient } from './calls.js'
import type { CatalogNames } from './catalog-names.js'
import { type ClientOptions, type Settled, settle } from './client-options.js'
import { checkNames, refused } from './known-names.js'
import { type Call, send } from './send.js'
import { linkedAbort } from './signals.js'
import { openStream } from './stream.js'

/**
 * Makes a client of a Milepost server. It runs in browsers, in Node and wherever there is `fetch`.
 * @throws TypeError if a server key is passed in a browser
 * @example
 * const client = createClient<typeof catalog>({ baseUrl: '/api/milepost', token })
 * const { totalPoints, level } = await client.getUserProgress(userId)
 */
export function createClient<C extends CatalogNames = CatalogNames>(options: ClientOptions): MilepostClient<C> {
  const settled = settle(options)
  const stream: MilepostClient<C>['stream'] = (options = {}) => openStream<C>(settled, options)
  return {
    ...readCalls(settled),
    ...writeCalls(settled),
    stream,
    listen: (options, hear, onEnd = () => {}) => {
      const own = linkedAbort(options.signal)
      const stop = (): void => own.abort()
      const run = async (): Promise<void> => {
        for await (const event of stream({ ...options, signal: own.signal })) hear(event)
      }
      run().catch(onEnd).finally(stop)
      return stop
    },
  }
}

function readCalls<C extends CatalogNames>(settled: Settled): ReadCalls<C> {
  const get = async (parts: readonly string[], given: object = {}, key?: string): Promise<never> => {
    const { signal, idempotencyKey: _, after: cursor, ...query } = given as ClientCallOptions & Call['query']
    // A list of users may be too long for an address.
    return ask(settled, parts, { signal, [query.userIds ? 'body' : 'query']: { ...query, cursor } }, key)
  }
  const readPages = async (parts: readonly string[], given?: object): Promise<never> => {
    const { next: after, ...page } = (await get(parts, { limit: 100, ...given })) as Page
    const items = Object.values(page).flat()
    return (after ? items.concat(await readPages(parts, { ...given, after })) : items) as never
  }
  const read =
    (part: string, key?: string) =>
    (userId: string, options?: object): Promise<never> =>
      get(['users', userId, part], options, key)
  return {
    getUserProgress: read('progress'),
    getUserUnlocks: read('unlocks', 'unlocks'),
    hasUnlock: async (userId, unlock, options) =>
      ((await read('unlocks', 'unlocks')(userId, options)) as string[]).includes(unlock),
    whatNext: read('next', 'milestones'),
    getUnseenBadges: read('unseen', 'badges'),
    getBalance: read('balance', 'balance'),
    getCoinHistory: (userId, query, options) => get(['users', userId, 'coins'], { ...query, ...options }),
    getUserSettings: read('settings'),
    getStreakPauses: async (userId, options) => {
      // Without a user, the server lists the pauses of all users: these need null, so that a missing id does not ask for them by mistake.
      if (userId !== null && typeof userId !== 'string') throw refused('userId', 'is missing; pass an id or null')
      return get(['pauses'], { ...options, userId: userId ?? undefined }, 'pauses')
    },
    getUserBadges: (userId, options) => readPages(['users', userId, 'badges'], options),
    getAllMilestones: options => readPages(['milestones'], options),
    getMilestoneStatistics: (id, options) =>
      get(id === undefined ? ['statistics'] : ['milestones', id, 'statistics'], options),
    getLeaderboard: ({ group, ...query } = {}, options) =>
      get(['leaderboard'], { ...query, group: group && `${group.attribute}:${group.value}`, ...options }),
    explain: (userId, badgeId, options) => get(['users', userId, 'milestones', badgeId, 'explanation'], options),
  }
}

function writeCalls<C extends CatalogNames>(settled: Settled): WriteCalls<C> {
  const write = async (
    parts: readonly string[],
    call: Omit<Call, 'path'>,
    options: ClientCallOptions = {},
    key?: string,
  ): Promise<never> => {
    checkNames('this call', options, callOptionNames)
    const { signal, idempotencyKey = settled.newKey() } = options
    return ask(settled, parts, { method: 'POST', ...call, signal, idempotencyKey }, key)
  }
  const post =
    (part: string, key?: string) =>
    (userId: string, body?: object, options?: ClientCallOptions): Promise<never> =>
      write(['users', userId, part], { body }, options, key)
  return {
    record: async (body: unknown, options?: ClientCallOptions) => {
      const answer = (await write(['completions'], { body }, options)) as { results?: never }
      return answer.results ?? (answer as never)
    },
    undo: async (completion, change, options) => {
      // A whole completion names one too. The server refuses what is not known.
      const { userId, category, itemKey, metadata, completedAt, recordedAt, ...rest }: Stored = completion
      const parts = ['users', userId, 'completions', category, itemKey]
      return write(parts, { method: 'DELETE', query: { ...change, ...rest } }, options)
    },
    markSeen: (userId, badgeIds, options) => post('seen', 'seen')(userId, { badgeIds }, options),
    checkAndAwardMilestones: (userId, options) => post('check', 'awarded')(userId, undefined, options),
    awardBadge: (userId, badgeId, change, options) => post('award')(userId, { ...change, badgeId }, options),
    revokeBadge: (userId, badgeId, change, options) => post('revoke')(userId, { ...change, badgeId }, options),
    grantStreakFreeze: post('streak-freezes'),
    adjustPoints: post('points'),
    spend: post('spend'),
    refund: post('refund'),
    updateUserSettings: (userId, body, options) =>
      write(['users', userId, 'settings'], { method: 'PUT', body }, options),
    mergeUsers: ({ from, ...users }, change, options) => post('merge')(from, { ...change, ...users }, options),
    renameUser: (from, to, change, options) => post('rename')(from, { ...change, to }, options),
    pauseStreaks: (userId, rest, options) => write(['pauses'], { body: { ...rest, userId } }, options),
    foldCompletions: (before, rest, options) => write(['fold'], { body: { ...rest, before } }, options),
    deleteStreakPause: (id, query, options) => write(['pauses', id], { method: 'DELETE', query }, options),
  }
}

// A path of the API answers an object with room for more; a call, what it names.
async function ask(
  settled: Settled,
  parts: readonly string[],
  call: Omit<Call, 'path'>,
  key: string | undefined,
): Promise<never> {
  // However they are written, addresses lose parts that are made of dots on the way.
  if (parts.some(part => typeof part !== 'string' || /^\.{0,2}$/.test(part)))
    throw refused('an id', 'is missing; pass an id')
  const answer = await send(settled, { ...call, path: `/v1/${parts.map(encodeURIComponent).join('/')}` })
  return key ? (answer as Record<string, never>)[key]! : (answer as never)
}

type WriteCalls<C extends CatalogNames> = Pick<
  MilepostClient<C>,
  | 'record'
  | 'undo'
  | 'markSeen'
  | 'checkAndAwardMilestones'
  | 'awardBadge'
  | 'revokeBadge'
  | 'grantStreakFreeze'
  | 'adjustPoints'
  | 'spend'
  | 'refund'
  | 'updateUserSettings'
  | 'mergeUsers'
  | 'renameUser'
  | 'pauseStreaks'
  | 'foldCompletions'
  | 'deleteStreakPause'
>
type ReadCalls<C extends CatalogNames> = Omit<MilepostClient<C>, 'stream' | 'listen' | keyof WriteCalls<C>>
type Stored = CompletionKey & Partial<Completion>
type Page = { readonly next: string | null } & Readonly<Record<string, unknown>>

const callOptionNames: KeyTable<Omit<ClientCallOptions, 'db'>> = { signal: true, idempotencyKey: true }
