import { createMilestoneService } from '../../src/index.js'
import { openPglite } from '../../src/pglite.js'
import { after } from '../faults/apply-catalogs.js'
import { argument, report } from '../support/worker-process.js'

const { folder, isKilled } = argument<{ readonly folder: string; readonly isKilled: boolean }>()
const { db, close } = await openPglite(folder)
const service = createMilestoneService({ db, catalog: after, whenUnapplied: 'warn', onWarning: () => {} })

await service.apply(after, {
  onProgress: ({ userCount }) => {
    report(userCount)
    // By itself, since a signal of the test might come when all is done.
    if (isKilled) process.kill(process.pid, 'SIGKILL')
  },
})
await close()
report('applied')
process.exit()
