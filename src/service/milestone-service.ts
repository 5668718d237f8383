import type { CatalogTraits } from '../core/catalog/catalog.js'
import type { Session } from '../store/database/session.js'
import { sessionOf } from '../store/database/session-of.js'
import { createAnnouncer } from './awards/announce.js'
import type { MilestoneService, RecordCalls } from './calls.js'
import { catalogCalls } from './catalog/catalog-calls.js'
import { applyAtStart, type Start } from './catalog/unapplied.js'
import { coinCalls } from './coins/coin-calls.js'
import { bindCalls, type Definitions, raw } from './context/call-kinds.js'
import type { CallOptions, ServiceContext } from './context/context.js'
import { learnLayoutWith } from './context/learn-layout.js'
import { contextFrom } from './context-from.js'
import { foldCalls } from './fold/fold-calls.js'
import { countFollowedIn } from './follow/count-followed.js'
import { followCalls } from './follow/follow-calls.js'
import { importCalls } from './import/import-calls.js'
import { manualCalls } from './manual/manual-calls.js'
import { readCalls } from './read/read-calls.js'
import { createRecorder, type Recorder } from './record/recorder.js'
import { recountCalls } from './recount/recount-calls.js'
import { type MilestoneServiceOptions, readServiceOptions } from './service-options.js'
import { userCalls } from './users/user-calls.js'

/**
 * Creates a service for a catalog on your database. Does not connect: the first call does.
 * @throws INPUT_INVALID if an option is wrong or not known
 * @example
 * const service = createMilestoneService({ db, catalog })
 * await service.record({ userId: 'ann', category: 'tutorial', itemKey: 'intro' })
 */
export function createMilestoneService<
  Id extends string,
  Unlock extends string,
  Category extends string,
  Traits extends CatalogTraits = CatalogTraits,
>(given: MilestoneServiceOptions<Id, Unlock, Category, Traits>): MilestoneService<Id, Unlock, Category, Traits> {
  const options = readServiceOptions(given as unknown as MilestoneServiceOptions)
  const announcer = createAnnouncer(options.onListenerError)
  const context = contextFrom(options, announcer.announce)
  const recorder = createRecorder(context)
  const start = context.catalogs.whenUnapplied === 'apply' ? applyAtStart(context) : null
  const definitions: Definitions<MilestoneService> = {
    ...recordCalls(recorder, start, announcer.listen),
    ...readCalls(context),
    ...coinCalls(context),
    ...manualCalls(context),
    ...userCalls(context),
    ...recountCalls(context, countFollowedIn),
    ...importCalls(context),
    ...foldCalls(context),
    ...followCalls(context),
    ...catalogCalls(context),
  }
  const whenReady = async (args: readonly unknown[]): Promise<void> => {
    await learnLayoutWith(context, sessionOfCall(context, args))
    await start?.whenReady(args)
  }
  const service = bindCalls(definitions, { requireOpen: recorder.requireOpen, whenReady })
  // Inside, ids are plain strings. They are those of the catalog passed in, but the compiler cannot know that.
  return service as unknown as MilestoneService<Id, Unlock, Category, Traits>
}

// The caller's transaction, if one is among the arguments: on a single connection, nothing else can be sent.
function sessionOfCall(context: ServiceContext, args: readonly unknown[]): Session {
  return args.map(databaseIn).find(session => session !== undefined) ?? context.db
}

function databaseIn(argument: unknown): Session | undefined {
  try {
    const { db } = (argument ?? {}) as CallOptions
    return db === undefined ? undefined : sessionOf(db)
  } catch {
    // If the argument cannot be read, the call itself refuses it.
    return undefined
  }
}

// Recording is the most frequent call, so nothing wraps it except the wait at the start, if one is needed.
function recordCalls(
  { record, close }: Recorder,
  start: Start | null,
  listen: RecordCalls['onAwarded'],
): Definitions<RecordCalls> {
  const recorded = record as RecordCalls['record']
  return {
    record: raw(start ? start.after(recorded) : recorded),
    onAwarded: raw(listen),
    close: raw(start ? () => start.settled().then(close) : close),
  } as Definitions<RecordCalls>
}
