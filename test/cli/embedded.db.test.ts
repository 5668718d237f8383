import { mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openPglite } from '../../src/pglite.js'
import { writeFiles } from './catalogs.js'
import { everyDriver, type InstalledPackage, installPackage, serverPackages } from './installed-package.js'
import { type Run, runHere, runProgram } from './program.js'
import { firstKeyIn, serve } from './serving.js'

let installed: InstalledPackage

beforeAll(async () => {
  installed = await installPackage([...everyDriver, ...serverPackages])
  writeFiles(installed.folder)
})
afterAll(() => installed.remove())

test('without an address, the embedded database in .milepost is used from migrate on', async () => {
  expect(await milepost('user ann')).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_MISSING') })
  expect(await milepost('migrate')).toMatchObject({ code: 0 })
  expect(await milepost('apply --catalog one.json --yes --json')).toMatchObject({ code: 0 })
  expect(await milepost('import rows.csv')).toMatchObject({ code: 0, stderr: '' })
  const { code, stdout } = await milepost('user ben --json')
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, totalPoints: 10, completedMilestones: ['first'] })
  expect(await runProgram(installed, ['verify'])).toMatchObject({ code: 0 })
  expect(await milepost('export ann --output ann.json')).toMatchObject({ code: 0 })
  expect(JSON.parse(readFileSync(join(installed.folder, 'ann.json'), 'utf8'))).toMatchObject({ userId: 'ann' })
})

test('a folder that another process has open is reported at once', async () => {
  const { close } = await openPglite(join(installed.folder, '.milepost'))
  const { code, stderr } = await runProgram(installed, ['leaderboard', '--json'])
  await close()
  expect({ code, error: JSON.parse(stderr).error.code }).toEqual({ code: 1, error: 'DATABASE_IN_USE' })
})

test('where no catalog was applied or given, the file of the project is used', async () => {
  const file = join('src', 'milepost', 'catalog.json')
  mkdirSync(join(installed.folder, 'src', 'milepost'), { recursive: true })
  renameSync(join(installed.folder, 'one.json'), join(installed.folder, file))
  onTestFinished(() => renameSync(join(installed.folder, file), join(installed.folder, 'one.json')))
  expect(await milepost('migrate --database new')).toMatchObject({ code: 0 })
  expect(await milepost('user ann --database new')).toMatchObject({
    code: 0,
    stderr: `Using ${file}, as your app does.\n`,
  })
  expect(await milepost('plan --database new')).toMatchObject({ code: 0, stderr: expect.stringContaining(file) })
  expect(await milepost('apply --yes --database new')).toMatchObject({ code: 0 })
  expect(await milepost('user ann --database new')).toMatchObject({ code: 0, stderr: '' })
})

test('served without an address, it is made, migrated and counted by the catalog, and freed at the end', async () => {
  const args = ['--catalog', 'one.json', '--port', '0', '--database', 'served']
  const { url, said, child, ended } = await serve(installed, args, {})
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  const headers = { authorization: `Bearer ${firstKeyIn(said())}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ userId: 'ann', category: 'lesson', itemKey: 'intro' })
  expect((await fetch(`${url}/v1/completions`, { method: 'POST', headers, body })).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0 })
  const { code, stdout } = await milepost('user ann --json --database served --catalog one.json')
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, totalPoints: 10 })
})

function milepost(line: string): Promise<Run> {
  return runHere(installed, line.split(' '))
}
