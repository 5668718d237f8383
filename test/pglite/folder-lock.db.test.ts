import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPglite } from '../../src/pglite.js'
import { lockFolder } from '../../src/store/pglite/folder-lock.js'
import { makeEmbeddedFolder } from '../support/embedded-folder.js'
import { type OtherProcess, startProcess } from './other-process.js'

let home: string
let folder: string
let started: OtherProcess[]

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'milepost-lock-'))
  folder = join(home, 'data')
  started = []
})

afterEach(async () => {
  await Promise.all(started.map(other => other.kill()))
  await rm(home, { recursive: true, force: true })
})

function start(path = folder): OtherProcess {
  const other = startProcess(path)
  started.push(other)
  return other
}

test('refuses a folder that another process has open, and names folder, process and the way out', async () => {
  await makeEmbeddedFolder(folder)
  const other = start()
  expect(await other.ask('open')).toBe('opened')
  await expect(openPglite(folder)).rejects.toMatchObject({
    code: 'DATABASE_IN_USE',
    message: expect.stringMatching(/data is in use: process \d+ has it open.*Stop that process/),
    details: { folder, pid: other.pid },
  })
})

test('opens the folder of a process that was killed', async () => {
  await makeEmbeddedFolder(folder)
  const other = start()
  expect(await other.ask('open')).toBe('opened')
  await other.kill()
  expect(await readdir(`${folder}.lock`)).not.toEqual([])
  const database = await openPglite(folder)
  await database.close()
  expect(await readdir(home)).toEqual(['data'])
})

test('takes over the lock of a process that gave it back, and leaves nothing behind', async () => {
  const other = start()
  expect(await other.ask('lock')).toBe('locked')
  expect(await other.ask('unlock')).toBe('unlocked')
  const { release } = await lockFolder(folder)
  await release()
  expect(await readdir(home)).toEqual([])
})

test('refuses a folder that this process already has open, also under another spelling', async () => {
  await makeEmbeddedFolder(folder)
  const database = await openPglite(folder)
  const link = join(home, 'link')
  await symlink(folder, link)
  for (const spelling of [folder, link, relative(process.cwd(), folder)])
    await expect(openPglite(spelling)).rejects.toMatchObject({
      code: 'DATABASE_IN_USE',
      message: expect.stringContaining('this process'),
    })
  await database.close()
})

test('gives the lock to exactly one of ten concurrent processes', async () => {
  const others = Array.from({ length: 10 }, () => start())
  await Promise.all(others.map(other => other.ask('unlock')))
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(others.map(other => other.ask('lock')))
    expect(answers.filter(answer => answer === 'locked')).toHaveLength(1)
    expect(answers.filter(answer => answer.startsWith('DATABASE_IN_USE'))).toHaveLength(9)
    await others[answers.indexOf('locked')]!.ask('unlock')
  }
}, 180_000)

test('lets exactly one of many takers in this process have the lock', async () => {
  for (let round = 0; round < 10; round += 1) {
    const locks = await Promise.allSettled(Array.from({ length: 4 }, () => lockFolder(folder)))
    const held = locks.filter(lock => lock.status === 'fulfilled')
    expect(held).toHaveLength(1)
    await held[0]!.value.release()
  }
})

test('refuses a claim that it cannot judge, and names the file to remove', async () => {
  const { release } = await lockFolder(folder)
  const foreign = join(`${folder}.lock`, await nameFromElsewhere())
  await release()
  await mkdir(`${folder}.lock`)
  await writeFile(foreign, '')
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: 'DATABASE_IN_USE',
    message: expect.stringContaining(`${foreign} was written on another machine`),
  })
  await rm(foreign)
  await (await lockFolder(folder)).release()
})

test.runIf(process.platform === 'linux')('sees whether the holder in another container lives', async () => {
  const { release } = await lockFolder(folder)
  const foreign = await nameFromElsewhere()
  for (const name of await readdir(`${folder}.lock`))
    await rename(join(`${folder}.lock`, name), join(`${folder}.lock`, name.replace(/^[^.]+/, foreign)))
  await expect(lockFolder(folder)).rejects.toThrow(/process \d+ of another container has it open/)
  await release()
  await (await lockFolder(folder)).release()
  expect(await readdir(home)).toEqual([])
})

/** The name that our own claim would have, had a process of another host written it. */
async function nameFromElsewhere(): Promise<string> {
  const [claim] = await readdir(`${folder}.lock`)
  const [pid, start, boot, , , unique] = claim!.replace(/\.alive$/, '').split('-')
  return [pid, start, boot, 'elsewhere', 'elsewhere', unique].join('-')
}
