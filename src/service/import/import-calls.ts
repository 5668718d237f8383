import type { ImportMapping } from '../../core/users/import-mapping.js'
import { type Definitions, writer } from '../context/call-kinds.js'
import type { ServiceContext } from '../context/context.js'
import { type ImportOptions, importCompletions } from './import.js'
import type { ImportReport } from './import-report.js'
import type { ImportSource } from './import-source.js'

/** The call of a service that imports earlier completions. */
export type ImportCalls = {
  /**
   * Imports completions, and badges if you pass `badges: true`, from CSV, NDJSON or any rows, with their true dates.
   * Nobody is notified. Commits batch by batch, then counts the users. If it is stopped and run again, it continues,
   * and nothing is imported twice. Returns what was imported, what was already there, and what was refused and why.
   * @throws INPUT_INVALID also for a file that cannot be read, USER_BUSY, CONNECTION_BUSY, SERVICE_CLOSED
   * @example
   * const report = await service.importCompletions({ csv: 'history.csv' }, {
   *   userId: 'learner', category: { value: 'lesson' }, itemKey: 'lesson_id', completedAt: 'done_at',
   * })
   */
  importCompletions(source: ImportSource, mapping: ImportMapping, options?: ImportOptions): Promise<ImportReport>
}

/** Defines the import call. */
export function importCalls(context: ServiceContext): Definitions<ImportCalls> {
  return {
    importCompletions: writer(
      [
        null,
        { userId: true, category: true, itemKey: true, completedAt: true, metadata: true },
        { dryRun: true, badges: true, batchSize: true, resumeAfter: true, onProgress: true },
      ],
      async (source, mapping, options = {}) => importCompletions(context, source, mapping, options),
    ),
  }
}
