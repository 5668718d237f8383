import { expect, onTestFinished, test } from 'vitest'
import { installExample, type RunningApp, startApp } from './installed-example.js'

type App = {
  readonly name: string
  readonly record: string
  readonly api: string
  readonly build?: readonly string[]
  readonly start: readonly string[]
}

const apps: readonly App[] = [
  { name: 'express', record: '/lessons', api: '/badges', start: ['server.js'] },
  { name: 'hono', record: '/lessons', api: '/badges', start: ['server.js'] },
  {
    name: 'next',
    record: '/api/lessons',
    api: '/api/milepost',
    build: ['node_modules/next/dist/bin/next', 'build'],
    start: ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1'],
  },
]

test.each(apps)(
  'examples/$name, installed from the tarball, records a lesson and shows users their own badges alone',
  async ({ name, record, api, build, start }) => {
    const example = await installExample(name)
    onTestFinished(example.remove)
    if (build) await example.run(build)
    const app = await startApp(example, start)
    onTestFinished(app.stop)
    const finished = await call(app, 'POST', `${record}/intro/finished`, 'ann')
    expect(finished).toEqual([200, { awarded: ['first-lesson'] }])
    const [status, body] = await call(app, 'GET', `${api}/v1/users/ann/badges`, 'ann')
    expect([status, JSON.stringify(body)]).toEqual([200, expect.stringContaining('first-lesson')])
    expect(await call(app, 'GET', `${api}/v1/users/ann/badges`, 'ben')).toMatchObject([404, { code: 'NOT_FOUND' }])
    expect(await call(app, 'GET', `${api}/v1/users/ann/badges`)).toMatchObject([401, { code: 'UNAUTHENTICATED' }])
    const completion = { userId: 'ann', category: 'lesson', itemKey: 'cheat' }
    expect(await call(app, 'POST', `${api}/v1/completions`, 'ann', completion)).toMatchObject([
      403,
      { code: 'FORBIDDEN' },
    ])
  },
)

async function call({ url }: RunningApp, method: string, path: string, userId?: string, body?: object) {
  const headers = { 'content-type': 'application/json', ...(userId !== undefined && { 'x-demo-user': userId }) }
  const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const text = await response.text()
  return [response.status, text === '' ? null : JSON.parse(text)] as const
}
