import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, onTestFinished, test } from 'vitest'
import { installPackage, serverPackages } from '../cli/installed-package.js'
import { freePort } from '../support/free-port.js'
import { createDatabase } from '../support/postgres-database.js'
import { root } from './pages.js'

const folder = join(root, 'deploy/docker')
const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8')
const listOf = (instruction: string): string[] =>
  JSON.parse(new RegExp(`^${instruction} (.*)$`, 'm').exec(dockerfile)![1]!) as string[]

test('what the container starts migrates, takes a key, and records', async () => {
  const installed = await installPackage(['pg', ...serverPackages])
  onTestFinished(installed.remove)
  const { url, drop } = await createDatabase(inject('postgresUrl'))
  onTestFinished(drop)
  cpSync(join(folder, 'catalog.json'), join(installed.folder, 'catalog.json'))
  const port = String(await freePort())
  const env = { ...process.env, DATABASE_URL: url, MILEPOST_USER_TOKEN_SECRET: 'x'.repeat(64), PORT: port }
  const place = { cwd: installed.folder, env }
  const [program, ...entry] = listOf('ENTRYPOINT') as [string, ...string[]]
  const run = promisify(execFile)
  await run(program, [...entry, 'migrate'], place)
  const key = await run(program, [...entry, 'key', 'app', '--scopes', 'record,read'], place)
  const server = spawn(program, [...entry, ...listOf('CMD')], { ...place, stdio: 'ignore' })
  const ended = once(server, 'exit')
  onTestFinished(() => void server.kill('SIGKILL'))
  const base = `http://127.0.0.1:${port}`
  const ready = () =>
    fetch(`${base}/readyz`).then(
      ({ status }) => status,
      () => 0,
    )
  await expect.poll(ready).toBe(200)
  const answer = await fetch(`${base}/v1/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${/mp_live_\S{43}/.exec(key.stdout)![0]}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'ann', category: 'lesson', itemKey: 'intro' }),
  })
  expect(await answer.json()).toMatchObject({ status: 'recorded', awarded: [{ id: 'first-lesson' }] })
  server.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})
