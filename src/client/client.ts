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
  return { ...readCalls(settled), ...writeCalls(settled), ...streamCalls<C>(settled) }
}

function readCalls<C extends CatalogNames>(settled: Settled): ReadCalls<C> {
  const get = async (parts: readonly string[], given: object = {}, key?: string): Promise<never> => {
    const { signal, idempotencyKey: _, ...query } = given as ClientCallOptions & Call['query']
    return partOf(await send(settled, { path: pathOf(parts), query, signal }), key)
  }
  const readPages = async (parts: readonly string[], given?: object): Promise<never> => {
    const { next, ...page } = (await get(parts, { limit: 100, ...given })) as Page
    const items = Object.values(page).flat()
    return (next ? items.concat(await readPages(parts, { ...given, cursor: next })) : items) as never
  }
  const read =
    (part: string, key?: string) =>
    (userId: string, options?: object): Promise<never> =>
      get(['users', userId, part], options, key)
  return {
    getUserProgress: read('progress'),
    getUserBadges: (userId, options) => readPages(['users', userId, 'badges'], options),
    hasUnlock: async (userId, unlock, options) =>
      ((await get(['users', userId, 'unlocks'], options, 'unlocks')) as string[]).includes(unlock),
    getUserUnlocks: read('unlocks', 'unlocks'),
    whatNext: read('next', 'milestones'),
    getUnseenBadges: read('unseen', 'badges'),
    getUserSettings: read('settings'),
    getStreakPauses: async (userId, options) => {
      // Without a user, the server lists the pauses of all users: these need null, so that a missing id does not ask for them by mistake.
      if (userId !== null && typeof userId !== 'string') throw refused('userId', 'is missing; pass an id or null')
      return get(['pauses'], { ...options, userId: userId ?? undefined }, 'pauses')
    },
    getAllMilestones: options => readPages(['milestones'], options),
    getMilestoneStatistics: (id, options) =>
      get(id === undefined ? ['statistics'] : ['milestones', id, 'statistics'], options),
    getLeaderboard: ({ after, group, ...query } = {}, options) =>
      get(['leaderboard'], {
        ...query,
        cursor: after,
        group: group && `${group.attribute}:${group.value}`,
        ...options,
      }),
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
    return partOf(await send(settled, { method: 'POST', path: pathOf(parts), ...call, signal, idempotencyKey }), key)
  }
  const post = (userId: string, part: string, body?: object, options?: ClientCallOptions, key?: string) =>
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
    markSeen: (userId, badgeIds, options) => post(userId, 'seen', { badgeIds }, options, 'seen'),
    checkAndAwardMilestones: (userId, options) => post(userId, 'check', undefined, options, 'awarded'),
    awardBadge: (userId, badgeId, change, options) => post(userId, 'award', { ...change, badgeId }, options),
    revokeBadge: (userId, badgeId, change, options) => post(userId, 'revoke', { ...change, badgeId }, options),
    grantStreakFreeze: (userId, freeze, options) => post(userId, 'streak-freezes', freeze, options),
    adjustPoints: (userId, adjustment, options) => post(userId, 'points', adjustment, options),
    updateUserSettings: (userId, body, options) =>
      write(['users', userId, 'settings'], { method: 'PUT', body }, options),
    mergeUsers: ({ from, ...users }, change, options) => post(from, 'merge', { ...change, ...users }, options),
    renameUser: (from, to, change, options) => post(from, 'rename', { ...change, to }, options),
    pauseStreaks: (userId, rest, options) => write(['pauses'], { body: { ...rest, userId } }, options),
    foldCompletions: (before, rest, options) => write(['fold'], { body: { ...rest, before } }, options),
    deleteStreakPause: (id, query, options) => write(['pauses', id], { method: 'DELETE', query }, options),
  }
}

function streamCalls<C extends CatalogNames>(settled: Settled): StreamCalls<C> {
  return {
    stream: (options = {}) => openStream<C>(settled, options),
    listen: (options, hear, onEnd = () => {}) => {
      const { signal, abort, unlink } = linkedAbort(options.signal)
      const run = async (): Promise<void> => {
        for await (const event of openStream<C>(settled, { ...options, signal })) hear(event)
      }
      run().catch(onEnd).finally(unlink)
      return abort
    },
  }
}

// A path of the API answers an object with room for more; a call, what it names.
function partOf(answer: Readonly<Record<string, never>>, key: string | undefined): never {
  return key ? answer[key]! : (answer as never)
}

type StreamCalls<C extends CatalogNames> = Pick<MilepostClient<C>, 'stream' | 'listen'>
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
  | 'updateUserSettings'
  | 'mergeUsers'
  | 'renameUser'
  | 'pauseStreaks'
  | 'foldCompletions'
  | 'deleteStreakPause'
>
type ReadCalls<C extends CatalogNames> = Omit<MilepostClient<C>, keyof StreamCalls<C> | keyof WriteCalls<C>>
type Stored = CompletionKey & Partial<Completion>
type Page = { readonly next: string | null } & Readonly<Record<string, unknown>>

const callOptionNames: KeyTable<Omit<ClientCallOptions, 'db'>> = { signal: true, idempotencyKey: true }
function pathOf(parts: readonly string[]): string {
  // However they are written, addresses lose parts that are made of dots on the way.
  if (parts.some(part => typeof part !== 'string' || /^\.{0,2}$/.test(part)))
    throw refused('an id', 'is missing; pass an id')
  return `/v1/${parts.map(encodeURIComponent).join('/')}`
}
