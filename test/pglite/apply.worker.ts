import { createMilestoneService } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { after } from '../faults/apply-catalogs.js'
import { argument, report } from '../support/worker-process.js'

const { folder } = argument<{ readonly folder: string }>()
const { db, close } = await openPglite(folder)
const service = createMilestoneService({ db, catalog: after, whenUnapplied: 'warn', onWarning: () => {} })

await service.apply(after, { onProgress: ({ userCount }) => report(userCount) })
await close()
report('applied')
process.exit()
