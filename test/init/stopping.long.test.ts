import { existsSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { installPackage, serverPackages } from '../cli/installed-package.js'
import { freePort } from '../support/free-port.js'
import { startApp } from './running-app.js'

test('on SIGTERM what init writes answers the requests under way, ends streams, closes the database and exits with 0', async () => {
  const installed = await installPackage(['@electric-sql/pglite', ...serverPackages])
  onTestFinished(installed.remove)
  const { folder } = installed
  writeFileSync(join(folder, 'package.json'), '{ "name": "app", "type": "module" }\n')
  writeChanges(folder, planInit(readProject(folder), 'pglite', new Date()).changes)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/badges`
  const env = { ...process.env, NODE_ENV: 'development', PORT: String(port) }
  const app = await startApp([process.execPath, 'milepost/start.js'], { folder, url, env })
  onTestFinished(app.stop)

  const stream = (await fetch(`${url}/v1/stream`)).text()
  const request = await halfRequest(port, '/badges/v1/users/demo/settings', JSON.stringify({ timeZone: 'Asia/Tokyo' }))
  const ended = app.end()
  await expect.poll(() => fetch(url).catch(() => 'refused')).toBe('refused')
  // Watchers and npm pass a signal on, so that it arrives twice.
  void app.end()
  expect(await request.finish()).toMatch(/^HTTP\/1.1 200 [\s\S]*Asia\/Tokyo/)
  await stream
  expect([await ended, app.said()]).toEqual([0, expect.not.stringMatching(/error/i)])
  expect(existsSync(join(folder, '.milepost.lock'))).toBe(false)
})

/** Sends a request without the end of its body, which `finish` sends. */
async function halfRequest(
  port: number,
  path: string,
  body: string,
): Promise<{ readonly finish: () => Promise<string> }> {
  const socket = createConnection(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', text => {
    answer += text
  })
  // If the server is killed, the answer is empty.
  socket.on('error', () => {})
  const closed = new Promise(resolve => socket.on('close', resolve))
  const head = [
    `PUT ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `content-length: ${body.length}`,
  ]
  const text = `${[...head, 'connection: close', 'expect: 100-continue'].join('\r\n')}\r\n\r\n`
  socket.write(text)
  // The server has begun to read.
  await expect.poll(() => answer).toMatch(/^HTTP\/1.1 100 /)
  answer = ''
  return {
    finish: async () => {
      socket.write(body)
      await closed
      return answer
    },
  }
}
