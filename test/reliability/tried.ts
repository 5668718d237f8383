import { TestRunner } from 'vitest'
import type { BatteryName } from './batteries.js'

declare module 'vitest' {
  interface TaskMeta {
    /** How often the test did what each of its batteries counts. */
    tried?: Partial<Record<BatteryName, number>>
  }
}

/** Counts what a test has done, for the page of results that `npm run reliability` writes. */
export function tried(battery: BatteryName, count = 1): void {
  const { meta } = TestRunner.getCurrentTest()!
  meta.tried = { ...meta.tried, [battery]: (meta.tried?.[battery] ?? 0) + count }
}
