import { applying } from './figures/apply.js'
import { batches } from './figures/batches.js'
import { bundleSize } from './figures/bundle-size.js'
import { catalogSize } from './figures/catalog-size.js'
import { coldImport } from './figures/cold-import.js'
import { cpuCost } from './figures/cpu-cost.js'
import { evaluation } from './figures/evaluation.js'
import { wholeCatalog } from './figures/everything.js'
import { foldedUsers } from './figures/folded-users.js'
import { gatheredCalls } from './figures/gathered-calls.js'
import { handMadeAtBest, handMadeAtWorst } from './figures/hand-made.js'
import { historySizes } from './figures/history-size.js'
import { httpProgress, httpRecording } from './figures/http.js'
import { importing } from './figures/import.js'
import { jobQueue } from './figures/job-queue.js'
import { migrating } from './figures/migrations.js'
import { pooler } from './figures/pooler.js'
import { ranks } from './figures/ranks.js'
import { recount } from './figures/recount.js'
import { roundTrips } from './figures/round-trips.js'
import { singleCall } from './figures/single-call.js'
import { sizing } from './figures/sizing.js'
import { statements } from './figures/statements.js'
import { statistics } from './figures/statistics.js'
import { timedMetrics } from './figures/timed-metrics.js'
import { userSearch } from './figures/user-search.js'
import type { Study } from './study.js'

/** Everything that is measured, in the order of the table. */
export const studies: readonly Study[] = [
  ...batches,
  catalogSize,
  historySizes,
  foldedUsers,
  timedMetrics,
  wholeCatalog,
  gatheredCalls,
  ...singleCall,
  roundTrips,
  pooler,
  jobQueue,
  handMadeAtBest,
  handMadeAtWorst,
  ...statements,
  ...httpRecording,
  httpProgress,
  ...ranks,
  statistics,
  userSearch,
  recount,
  applying,
  importing,
  migrating,
  evaluation,
  sizing,
  cpuCost,
  coldImport,
  bundleSize,
]
