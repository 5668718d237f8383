import type { Catalog } from '../core/catalog/catalog.js'
import { completionKeys } from '../core/users/completion.js'
import { type KeyTable, type KnownKeys, readKnown } from '../core/values/known-keys.js'
import { checkDatabase } from '../store/database/drivers.js'
import type { MilestoneService } from './calls.js'
import type { CallOptions, ReadOptions } from './context/context.js'
import type { ImportSource } from './import/import-source.js'

/** What is checked where it is read, or holds anything. */
type Other = string | Date | Catalog | ImportSource | readonly string[] | ((...args: never[]) => unknown) | null

type NamesAt<Argument> = Argument extends Other ? null : KeyTable<Argument> | KnownKeys

/** Calls whose arguments have names: of `record`, the recorder checks them, without a copy of its arguments. */
type CallName = Exclude<keyof MilestoneService, 'record' | 'getCatalog' | 'onAwarded' | 'close'>

type Places<Arguments extends readonly unknown[]> = { readonly [Place in keyof Arguments]: NamesAt<Arguments[Place]> }

/** By call: what the object at each place of its arguments may have. */
type Table = { readonly [Name in CallName]: Places<Required<Parameters<MilestoneService[Name]>>> }

const call: KeyTable<CallOptions> = { db: true }
const read: KeyTable<ReadOptions> = { db: true, locale: true }
const hand = { reason: true, by: true } as const

const table: Table = {
  checkAndAwardMilestones: [null, call],
  getUserProgress: [null, read],
  getUserBadges: [null, read],
  getAllMilestones: [{ locale: true }],
  hasUnlock: [null, null, call],
  getUserUnlocks: [null, call],
  pauseStreaks: [null, { ...hand, from: true, until: true }, { db: true, onProgress: true }],
  getStreakPauses: [null, call],
  deleteStreakPause: [null, hand, { db: true, onProgress: true }],
  // A whole completion names one too.
  undo: [completionKeys, hand, call],
  awardBadge: [null, null, { ...hand, at: true }, call],
  revokeBadge: [null, null, { ...hand, lasting: true }, call],
  markSeen: [null, null, call],
  getUnseenBadges: [null, { ...read, includeBackfilled: true }],
  updateUserSettings: [
    null,
    { timeZone: true, timeZoneSince: true, visibility: true, attributes: true },
    { db: true, ownZoneChangesPerDay: true },
  ],
  getUserSettings: [null, call],
  exportUser: [null, call],
  eraseUser: [null, hand, call],
  allowReturn: [null, hand, call],
  explain: [null, null, { ...read, limit: true, includeHidden: true }],
  whatNext: [null, { ...read, limit: true }],
  getMilestoneStatistics: [null, { db: true, activeDays: true, maxAgeMs: true, includeHidden: true }],
  importCompletions: [
    null,
    { userId: true, category: true, itemKey: true, completedAt: true, metadata: true },
    { dryRun: true, badges: true, batchSize: true, resumeAfter: true, onProgress: true },
  ],
  getLeaderboard: [{ limit: true, after: true, around: true, group: true, period: true, at: true }, call],
  verify: [{ userId: true, limit: true, onProgress: true }],
  rebuild: [null, { onProgress: true }],
  plan: [null, { policy: true, exampleLimit: true, onProgress: true }],
  apply: [null, { policy: true, notify: true, by: true, reason: true, onProgress: true }],
  getCatalogVersions: [{ limit: true }],
}

type Call = (...args: unknown[]) => unknown

/** Lets every call of a service refuse options that it does not know, or that cannot be read. */
export function withKnownOptions<Service extends { readonly [name: string]: unknown }>(
  service: Service,
  isAsync: (name: string) => boolean,
): Service {
  const entries = Object.entries(service).map(([name, own]) =>
    name in table ? [name, checking(own as Call, { name, isAsync: isAsync(name) })] : [name, own],
  )
  return Object.fromEntries(entries) as Service
}

function checking(own: Call, { name, isAsync }: { readonly name: string; readonly isAsync: boolean }): Call {
  const places = table[name as CallName].map(names =>
    names === null || names instanceof Set ? names : new Set(Object.keys(names)),
  )
  const read = (args: readonly unknown[]): unknown[] => {
    return args.map((given, place) => (places[place] ? withDatabase(readKnown(name, given, places[place])) : given))
  }
  return (...args) => {
    let known: unknown[]
    try {
      known = read(args)
    } catch (error) {
      if (isAsync) return Promise.reject(error)
      throw error
    }
    return own(...known)
  }
}

function withDatabase(options: unknown): unknown {
  const { db } = (options ?? {}) as { readonly db?: unknown }
  if (db !== undefined) checkDatabase(db)
  return options
}
