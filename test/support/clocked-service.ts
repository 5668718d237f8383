import { createMilestoneService, type Database, type MilestoneService, parseCatalog } from '../../src/index.js'

/** A service and the clock that it goes by. */
export type ClockedService = MilestoneService & {
  /** Puts the clock to an instant. */
  readonly setClock: (text: string) => void
}

/** Makes a service whose clock does not move until it is set. */
export function clockedService(
  db: Database,
  catalog: unknown,
  start = '2026-06-01T12:00Z',
  options: { readonly defaultTimeZone?: string } = {},
): ClockedService {
  let now = new Date(start)
  const service = createMilestoneService({ db, catalog: parseCatalog(catalog), now: () => now, ...options })
  const setClock = (text: string): void => {
    now = new Date(text)
  }
  return { ...service, setClock } as ClockedService
}
