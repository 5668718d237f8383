import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject, vi } from 'vitest'

/**
 * Lets something be made in a folder once in a run, by the test file that asks first, and returns the folder; the others
 * wait until it is there.
 *
 * @throws what the making threw, to every caller
 */
export async function onceInRun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(inject('runFolder'), name)
  const outcome = `${folder}.outcome`
  if (isFirst(folder)) {
    const failure = await make(folder).then(() => '', String)
    writeFileSync(`${outcome}.new`, failure === '' ? 'made' : failure)
    renameSync(`${outcome}.new`, outcome)
  }
  const said = await vi.waitFor(() => readFileSync(outcome, 'utf8'), { timeout: 240_000, interval: 50 })
  if (said !== 'made') throw new Error(said)
  return folder
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
