import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, onTestFinished, test } from 'vitest'
import { plants } from './plants.js'
import { tried } from './tried.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

test.each(plants.map((plant, i) => ({ ...plant, i })))('is caught: $mistake', async ({ tests, i }) => {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-planted-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const tally = join(folder, 'tally.json')
  const args = ['run', '--config=test/reliability/planted.config.ts', '--typecheck.enabled=false', '--maxWorkers=1']
  const { MILEPOST_TEST_LONG: _long, MILEPOST_TEST_SHARE: _share, ...env } = process.env
  const output = await new Promise<string>(resolve => {
    execFile(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        ...args,
        '--reporter=default',
        '--reporter=./test/support/tally-reporter.ts',
        ...tests,
      ],
      {
        cwd: root,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...env, MILEPOST_PLANT: String(i), MILEPOST_TEST_TALLY: tally, DATABASE_URL: inject('postgresUrl') },
      },
      (_, stdout, stderr) => resolve(stdout + stderr),
    )
  })
  const { passed, failed } = JSON.parse(readFileSync(tally, 'utf8'))
  // Tests that pass show that the rest still works, so that it is the mistake that was noticed.
  expect({ hasPassed: passed > 0, hasFailed: failed > 0 }, output).toEqual({ hasPassed: true, hasFailed: true })
  tried('plantedBugs')
})
