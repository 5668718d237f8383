import { shownBadges } from '../core/awards/badge.js'
import type { Catalog, CatalogTraits } from '../core/catalog/catalog.js'
import { checkTimeZone, defaultTimeZone } from '../core/time/time-zone.js'
import { checkId } from '../core/users/completion.js'
import { invalid } from '../core/values/invalid.js'
import { keysOf, readKnown } from '../core/values/known-keys.js'
import { textFault } from '../core/values/metadata.js'
import { isLocale } from '../core/values/text.js'
import type { Database } from '../store/database/database.js'
import { adoptDatabase, isEmbedded } from '../store/database/drivers.js'
import { hasUnlockRow, readBadges } from '../store/progress/holdings.js'
import { type AwardListener, createAnnouncer } from './awards/announce.js'
import type { MilestoneService } from './calls.js'
import { applyCatalog } from './catalog/apply.js'
import { listVersions } from './catalog/list-versions.js'
import { planCatalog } from './catalog/plan.js'
import { appliedFirst, catalogUnapplied, type WhenUnapplied } from './catalog/unapplied.js'
import { compileForService, type ServiceContext, tablesOf } from './context/context.js'
import { readGoverningCatalog } from './context/governing-catalog.js'
import { type Trace, untraced } from './context/tracing.js'
import { withFreshAnswers } from './fresh-answers.js'
import { importCompletions } from './import/import.js'
import { withKnownOptions } from './known-options.js'
import { awardByHand, revokeByHand } from './manual/manual-badge.js'
import { deletePause, listPauses, pauseStreaks } from './manual/pause.js'
import { undoCompletion } from './manual/undo.js'
import { explainBadge } from './read/explain.js'
import { readLeaderboardPage } from './read/leaderboard.js'
import { listMilestones } from './read/list-milestones.js'
import { readProgress } from './read/progress.js'
import { createStatisticsReader } from './read/statistics.js'
import { whatNext } from './read/what-next.js'
import { createRecorder } from './record/recorder.js'
import { checkUser, rebuildUsers } from './recount/rebuild.js'
import { verifyUsers } from './recount/verify.js'
import { allowReturn, eraseUser } from './users/erase.js'
import { exportUser } from './users/export.js'
import { markSeen, readUnseenBadges } from './users/seen.js'
import { changeSettings, readSettings } from './users/settings.js'

/** Options of `createMilestoneService`. */
export type MilestoneServiceOptions<
  Id extends string,
  Unlock extends string,
  Category extends string,
  Traits extends CatalogTraits = CatalogTraits,
> = {
  /** Any Drizzle Postgres database: node-postgres, postgres.js, PGlite. */
  readonly db: Database
  readonly catalog: Catalog<Id, Unlock, Category, Traits>
  /** The schema that `migrate` was given; Default: `milepost`. */
  readonly schema?: string
  /** The clock. Default: the system clock. */
  readonly now?: () => Date
  /**
   * The time zone (IANA) by which the days of users run who have set none. Default: UTC. Another one than before
   * recalculates these users when they are next touched, so all processes on one database should name the same.
   */
  readonly defaultTimeZone?: string
  /**
   * How long a write outside a caller's transaction waits for a user whom another transaction holds, before USER_BUSY, or
   * for a free connection before CONNECTION_BUSY;
   * 15 seconds when left out.
   */
  readonly patienceMs?: number
  /**
   * What to do if a different catalog was applied last. Default: `apply` on the embedded database, otherwise `warn`.
   * If no catalog was ever applied, this one is used.
   */
  readonly whenUnapplied?: WhenUnapplied
  /** Receives warnings. Default: `process.emitWarning`. */
  readonly onWarning?: (warning: string) => void
  /** Watches recording (`milepost.record`) and, within it, the awarding (`milepost.evaluate`); Default: no tracing. */
  readonly trace?: Trace
  /** Receives errors thrown by `onAwarded` listeners. Default: they become uncaught exceptions. */
  readonly onListenerError?: (error: unknown) => void
}

/**
 * Makes a service for a catalog over the host's database.
 * @throws INPUT_INVALID when an option is wrong or not known
 */
export function createMilestoneService<
  Id extends string,
  Unlock extends string,
  Category extends string,
  Traits extends CatalogTraits = CatalogTraits,
>(given: MilestoneServiceOptions<Id, Unlock, Category, Traits>): MilestoneService<Id, Unlock, Category, Traits> {
  const options = readKnown('createMilestoneService', given, knownOptions)
  const { listen, announce } = createAnnouncer(options.onListenerError)
  const context = contextFrom(options, announce)
  const recorder = createRecorder(context)
  const readStatistics = createStatisticsReader(context)
  const reader = (db: Database = context.db): Database => db
  const direct: MilestoneService = {
    record: recorder.record as MilestoneService['record'],
    checkAndAwardMilestones: async (userId, call = {}) => {
      recorder.requireOpen()
      checkId('userId', userId)
      return checkUser(context, call, userId)
    },
    getUserProgress: async (userId, { db, locale } = {}) => {
      checkId('userId', userId)
      return readProgress(context, reader(db), { userId, locale: checkedLocale(locale) })
    },
    getUserBadges: async (userId, { db, locale } = {}) => {
      checkId('userId', userId)
      const query = { userIds: [userId], locale: checkedLocale(locale) }
      return shownBadges((await readBadges(reader(db), context.tables, query)).get(userId)!)
    },
    getAllMilestones: ({ locale } = {}) => listMilestones(options.catalog, checkedLocale(locale)),
    hasUnlock: async (userId, unlock, { db } = {}) => {
      checkId('userId', userId)
      const problem = typeof unlock === 'string' ? textFault(unlock) : 'must be a string'
      if (problem) throw invalid('unlock', problem, unlock)
      return hasUnlockRow(reader(db), context.tables, { userId, unlock })
    },
    getUserUnlocks: async (userId, { db } = {}) => {
      checkId('userId', userId)
      // Not from the badges shown: a badge that a higher tier replaces still unlocks what it unlocked.
      return (await readProgress(context, reader(db), { userId })).unlocks
    },
    pauseStreaks: async (userId, pause, call = {}) => {
      recorder.requireOpen()
      return pauseStreaks(context, call, { ...pause, userId })
    },
    getStreakPauses: async (userId, { db } = {}) => listPauses(context, reader(db), userId),
    deleteStreakPause: async (id, hand = {}, call = {}) => {
      recorder.requireOpen()
      return deletePause(context, call, { ...hand, id })
    },
    undo: async (key, hand, call = {}) => {
      recorder.requireOpen()
      return undoCompletion(context, call, { ...key, ...hand })
    },
    awardBadge: async (userId, badgeId, hand, call = {}) => {
      recorder.requireOpen()
      return awardByHand(context, call, { userId, badgeId, ...hand })
    },
    revokeBadge: async (userId, badgeId, hand, call = {}) => {
      recorder.requireOpen()
      return revokeByHand(context, call, { userId, badgeId, ...hand })
    },
    markSeen: async (userId, badgeIds, call = {}) => {
      recorder.requireOpen()
      return markSeen(context, call, { userId, badgeIds })
    },
    getUnseenBadges: async (userId, { db, locale, includeBackfilled } = {}) => {
      checkId('userId', userId)
      return readUnseenBadges(context, reader(db), { userId, locale: checkedLocale(locale), includeBackfilled })
    },
    updateUserSettings: async (userId, changes, call = {}) => {
      recorder.requireOpen()
      return changeSettings(context, call, { ...changes, userId })
    },
    getUserSettings: async (userId, { db } = {}) => readSettings(context, reader(db), userId),
    exportUser: async (userId, call = {}) => exportUser(context, call, userId),
    eraseUser: async (userId, hand, call = {}) => {
      recorder.requireOpen()
      return eraseUser(context, call, { userId, ...hand })
    },
    allowReturn: async (userId, hand, call = {}) => {
      recorder.requireOpen()
      return allowReturn(context, call, { userId, ...hand })
    },
    explain: async (userId, badgeId, { locale, ...call } = {}) =>
      explainBadge(context, { userId, badgeId, ...call, locale: checkedLocale(locale) }),
    whatNext: async (userId, { locale, ...call } = {}) =>
      whatNext(context, { userId, ...call, locale: checkedLocale(locale) }),
    getMilestoneStatistics: async (id, call = {}) => readStatistics(id, call),
    importCompletions: async (source, mapping, call = {}) => {
      recorder.requireOpen()
      return importCompletions(context, source, mapping, call)
    },
    getLeaderboard: async (query = {}, { db } = {}) => readLeaderboardPage(context, reader(db), query),
    verify: async (query = {}) => {
      if (query.userId !== undefined) checkId('userId', query.userId)
      return verifyUsers(context, query)
    },
    rebuild: async (userId, { onProgress } = {}) => {
      recorder.requireOpen()
      if (userId !== undefined) checkId('userId', userId)
      return rebuildUsers(context, userId, onProgress)
    },
    plan: async (catalog, plan = {}) => planCatalog(context, checkedCatalog(catalog), plan),
    apply: async (catalog, apply = {}) => {
      recorder.requireOpen()
      return applyCatalog(context, checkedCatalog(catalog), apply)
    },
    getCatalog: async () => readGoverningCatalog(context),
    getCatalogVersions: async ({ limit = 20 } = {}) => listVersions(context, limit),
    onAwarded: listener => listen(listener as AwardListener),
    close: recorder.close,
  }
  const isAsync = (name: string): boolean => !['getAllMilestones', 'onAwarded', 'close'].includes(name)
  const calls = withKnownOptions(withFreshAnswers(direct), isAsync)
  const service = whenUnappliedOf(options) === 'apply' ? appliedFirst(context, calls, isAsync) : calls
  // The ids inside are those of the catalog that came in; only the compiler forgot which.
  return service as unknown as MilestoneService<Id, Unlock, Category, Traits>
}

function checkedCatalog(catalog: Catalog): Catalog {
  if (Array.isArray(catalog?.requirements)) return catalog
  throw invalid('catalog', 'was not checked; pass the result of defineCatalog')
}

const knownOptions = keysOf<SomeOptions>({
  db: true,
  catalog: true,
  schema: true,
  now: true,
  defaultTimeZone: true,
  patienceMs: true,
  whenUnapplied: true,
  onWarning: true,
  trace: true,
  onListenerError: true,
})

type SomeOptions = MilestoneServiceOptions<string, string, string>

function whenUnappliedOf({ db, whenUnapplied }: SomeOptions): WhenUnapplied {
  return whenUnapplied ?? (isEmbedded(db) ? 'apply' : 'warn')
}

const emitWarning = (warning: string): void => process.emitWarning(warning, 'MilepostWarning')

function replacedCatalog({ onWarning = emitWarning }: SomeOptions): (version: number) => void {
  return version =>
    onWarning(
      `Milepost replaced catalog version ${version} (the last one applied) with the catalog of this service. To keep what was applied, pass whenUnapplied: 'warn'.`,
    )
}

/** Of how many badges a service remembers that it told of them. */
const toldLimit = 1_000

function unknownBadge({ onWarning = emitWarning }: SomeOptions): (badgeId: string) => void {
  const told = new Set<string>()
  return badgeId => {
    if (told.has(badgeId) || told.size >= toldLimit) return
    told.add(badgeId)
    onWarning(
      `A user has the badge ${JSON.stringify(badgeId)}, but the catalog has no milestone with this id. The badge is kept as stored. Add \`formerly\` to the milestone it belongs to, or add a milestone with this id.`,
    )
  }
}

function otherCatalog(options: SomeOptions): (version: number) => void {
  const { onWarning = emitWarning } = options
  return version => {
    if (whenUnappliedOf(options) === 'refuse') throw catalogUnapplied(version)
    onWarning(
      `Milepost is using catalog version ${version} (the last one applied), not the catalog you passed. Run \`apply\` to switch.`,
    )
  }
}

function checkedLocale(locale: unknown): string | undefined {
  if (locale === undefined) return undefined
  if (typeof locale === 'string' && isLocale(locale)) return locale
  throw invalid('locale', 'is not a valid locale; use a BCP 47 tag such as en or pt-BR', locale)
}

function contextFrom(
  options: MilestoneServiceOptions<string, string, string>,
  announce: ServiceContext['announce'],
): ServiceContext {
  const { db, catalog, schema, now = () => new Date(), patienceMs = 15_000, trace = untraced } = options
  const zone = checkTimeZone('defaultTimeZone', options.defaultTimeZone ?? defaultTimeZone)
  adoptDatabase(db)
  checkedCatalog(catalog)
  const governing = {
    own: compileForService(catalog),
    latest: null,
    whenUnapplied: whenUnappliedOf(options),
    onReplace: replacedCatalog(options),
    onOther: otherCatalog(options),
  }
  return {
    db,
    tables: tablesOf(schema),
    governing,
    now,
    defaultTimeZone: zone,
    patienceMs,
    trace,
    onUnknownBadge: unknownBadge(options),
    announce,
  }
}
