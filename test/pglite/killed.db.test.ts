import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tried } from '../reliability/tried.js'
import { makeEmbeddedFolder } from '../support/embedded-folder.js'
import { scale } from '../support/scale.js'
import { type OtherProcess, startProcess } from './other-process.js'

const killCount = scale(2, 30)

test(`has every acknowledged row after SIGKILL, ${killCount} times on one folder`, async () => {
  const home = await mkdtemp(join(tmpdir(), 'milepost-killed-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await makeEmbeddedFolder(join(home, 'data'))
  const acknowledged = new Set<number>()
  for (let round = 0; round <= killCount; round += 1) {
    const other = startProcess(join(home, 'data'))
    onTestFinished(() => other.kill())
    expect(await other.ask('open')).toBe('opened')
    if (round > 0) expect(await missing(other, acknowledged)).toEqual([])
    if (round < killCount) await listenUntil(other, acknowledged, acknowledged.size + 100)
    await other.kill()
    tried('embeddedKilled')
  }
})

async function listenUntil(other: OtherProcess, acknowledged: Set<number>, enough: number): Promise<void> {
  await new Promise<void>(resolve => {
    other.listen('record', line => {
      acknowledged.add(Number(line))
      if (acknowledged.size >= enough) resolve()
    })
  })
}

async function missing(other: OtherProcess, acknowledged: ReadonlySet<number>): Promise<readonly number[]> {
  const stored = new Set(JSON.parse(await other.ask('ids')).map((row: { id: number }) => row.id))
  return [...acknowledged].filter(id => !stored.has(id))
}
