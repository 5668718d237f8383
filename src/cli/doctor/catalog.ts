import { type Catalog, parseCatalog } from '../../core/catalog/catalog.js'
import { lintCatalog } from '../../core/lint/lint.js'
import { createMilestoneService } from '../../service/milestone-service.js'
import { asDatabase } from '../../store/database/session-of.js'
import { catalogFromFile } from '../catalog/catalog-file.js'
import { usualCatalogFile } from '../catalog/usual-file.js'
import { counted, moment } from '../figures.js'
import type { Examined } from './database.js'
import { broken, doubtful, type Finding, fine } from './finding.js'
import { describeReason } from './reason.js'

/** The catalog of a project, if it has one that can be read. */
export type ExaminedCatalog = { readonly finding: Finding; readonly catalog: Catalog | null }

/** Checks the file of `--catalog`, otherwise the one at a usual place. */
export async function catalogFileFinding(given: string | undefined, folder: string): Promise<ExaminedCatalog> {
  const file = given ?? usualCatalogFile(folder)
  if (file === undefined) {
    const fix = 'Pass --catalog <file>, or write one with `milepost init`.'
    return { finding: doubtful('catalog file', 'not found', fix), catalog: null }
  }
  try {
    const catalog = await catalogFromFile(file)
    const count = lintCatalog(catalog).length
    const found = `${file}: ${counted(catalog.milestones.length, 'milestone')}`
    const warned = doubtful('catalog file', `${found}, ${counted(count, 'warning')}`, `Run \`milepost lint ${file}\`.`)
    return { finding: count > 0 ? warned : fine('catalog file', found), catalog }
  } catch (error) {
    const finding = broken(
      'catalog file',
      describeReason(error),
      `Fix it. \`milepost lint ${file}\` lists every fault.`,
    )
    return { finding, catalog: null }
  }
}

/** Checks which catalog is in effect, and whether it is the one of the file. */
export async function catalogInEffectFinding({ db, schema }: Examined, catalog: Catalog | null): Promise<Finding> {
  const own = catalog ?? emptyCatalog
  const named = schema === undefined ? {} : { schema }
  const options = { db: asDatabase(db), catalog: own, whenUnapplied: 'warn', onWarning: () => {}, ...named } as const
  const service = createMilestoneService(options)
  try {
    const { version, appliedAt, own: relation } = await service.getCatalog()
    const apply = 'Run `milepost plan`, then `milepost apply`.'
    if (version === 0) return fine('catalog in effect', 'the one in your code, until you apply one')
    if (appliedAt === null) {
      const fix = 'Run the same `milepost apply` again: it continues where it stopped.'
      return doubtful('catalog in effect', `version ${version}, not applied to all users yet`, fix)
    }
    const found = `version ${version}, applied ${moment(appliedAt)} UTC`
    if (catalog === null || relation === 'current') return fine('catalog in effect', found)
    return doubtful('catalog in effect', `${found}: not the one of the file`, apply)
  } finally {
    await service.close()
  }
}

const emptyCatalog = parseCatalog({ milestones: [] })
