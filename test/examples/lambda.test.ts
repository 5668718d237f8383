import { execFile } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { installPackage, serverPackages } from '../cli/installed-package.js'
import { createMigratedDatabase } from '../support/migrated-database.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const example = join(root, 'examples/lambda')
const run = promisify(execFile)

// What Lambda does: it imports the module once, and calls it with an event for each request.
const invoker = `
import { cron, handler } from './dist/handler.mjs'
const call = async (method, path, headers = {}) => {
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' }
  const requestContext = { http, domainName: 'lambda.example', stage: '$default' }
  const event = { version: '2.0', rawPath: path, rawQueryString: '', headers: { host: 'lambda.example', ...headers }, requestContext, isBase64Encoded: false }
  const { statusCode, body } = await handler(event, {})
  return [statusCode, body]
}
const ann = { 'x-demo-user': 'ann' }
console.log(JSON.stringify([
  await call('POST', '/lessons/intro/finished', ann),
  await call('GET', '/badges/v1/users/ann/badges', ann),
  await call('GET', '/badges/v1/users/ann/badges', { 'x-demo-user': 'ben' }),
  await call('GET', '/badges/v1/users/ann/badges'),
  await cron(),
]))
`

test('examples/lambda, bundled by its own script, answers events, and its process ends by itself', async () => {
  const { folder, remove } = await installPackage(['pg', ...serverPackages])
  onTestFinished(remove)
  const { url, drop } = await createMigratedDatabase()
  onTestFinished(drop)
  cpSync(example, folder, { recursive: true, filter: path => !path.includes('node_modules') })
  await run('sh', ['-c', buildScript()], {
    cwd: folder,
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
  })
  writeFileSync(join(folder, 'invoke.mjs'), invoker)
  const { stdout } = await run(process.execPath, ['invoke.mjs'], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url },
  })
  const [recorded, badges, other, nobody, delivered] = JSON.parse(stdout) as [number, string][]
  expect(recorded).toEqual([200, '{"awarded":["first-lesson"]}'])
  expect(badges).toEqual([200, expect.stringContaining('first-lesson')])
  expect([other![0], nobody![0]]).toEqual([404, 401])
  expect(delivered).toMatchObject({ failedCount: 0, isMoreDue: false })
})

test('the guide bundles as the example does', () => {
  const guide = readFileSync(join(root, 'docs/guides/aws-lambda.md'), 'utf8')
  expect(guide.replaceAll(' \\\n ', '')).toContain(`npx ${buildScript()}`)
})

function buildScript(): string {
  return (JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')) as { scripts: { build: string } }).scripts
    .build
}
