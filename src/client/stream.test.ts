import { expect, test } from 'vitest'
import { createClient } from './client.js'
import type { ClientOptions } from './client-options.js'

const told = [1, 2, 3].map(
  n => `: alive\n\nid: ${n}\nevent: badge.awarded\ndata: {"type":"badge.awarded","data":{"sequence":${n}}}\n\n`,
)
const text = `retry: 1000\n\n${told.join('')}`

test('wherever a connection is cut, each event comes once', async () => {
  for (let cut = 0; cut < text.length; cut++) {
    const { client } = streaming((after = 0, attempt) => [
      attempt === 1 ? text.slice(0, cut) : told.slice(after).join(''),
    ])
    expect(await take(client.stream(), 3), `cut at ${cut}`).toEqual([1, 2, 3])
  }
})

test('the wait before the next connection is the server’s, and grows while there is none', async () => {
  const { client, waits } = streaming((_, attempt) => {
    if (attempt === 1) return ['retry: 1000\n\n']
    if (attempt < 4) throw new TypeError('no network')
    return [text]
  })
  await take(client.stream(), 1)
  expect(waits).toEqual([1100, 1200, 1400])
})

test('a connection that falls silent is made again', async () => {
  const { client, requests } = streaming((_, attempt) => (attempt === 1 ? 'silent' : [text]), { isPatient: false })
  expect(await take(client.stream(), 1)).toEqual([1])
  expect(requests).toHaveLength(2)
})

test('a refusal ends the stream and is reported', async () => {
  const { client } = streaming(() => Response.json({ code: 'FORBIDDEN' }, { status: 403 }))
  await expect(take(client.stream(), 1)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const error = await new Promise(resolve => client.listen({}, () => {}, resolve))
  expect(error).toMatchObject({ code: 'FORBIDDEN' })
})

test('a reader who was cut off before the first id is told to read everything again', async () => {
  const { client } = streaming((_, attempt) => (attempt === 1 ? [': open\n\n'] : [text]))
  const { value } = await client.stream().next()
  expect(value).toMatchObject({ type: 'reset' })
})

const noStreams: readonly (readonly [name: string, answer: () => Answer])[] = [
  ['no body', () => new Response(null, { headers: eventStream })],
  ['204', () => new Response(null, { status: 204 })],
  ['the page of a proxy', () => new Response('<p>Sign in</p>', { headers: { 'content-type': 'text/html' } })],
  ['JSON', () => Response.json({ status: 'ok' })],
  ['no type', () => new Response(new Uint8Array([10]))],
  ['an end right after the headers', () => []],
  ['an end after a comment', () => [': open\n\n']],
  ['an end within the first event', () => ['id: 1\nevent: badge.aw']],
]

test.each(noStreams)(
  '%s instead of a stream is reported after eight tries, and nothing is read again',
  async (_, answer) => {
    const { client, requests, waits } = streaming(answer)
    const told: string[] = []
    const states: string[] = []
    const reading = async (): Promise<void> => {
      for await (const { type } of client.stream({ onState: state => states.push(state) })) told.push(type)
    }
    await expect(reading()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
    expect(requests).toHaveLength(8)
    expect(waits).toEqual([150, 250, 450, 850, 1650, 3250, 5050])
    expect({ told, states: [...new Set(states)] }).toEqual({ told: [], states: ['waiting'] })
  },
)

test('a stream that had begun gives up in the same way, and a page in between is forgiven', async () => {
  const { client, requests } = streaming((after = 0, attempt) => {
    if (attempt < 8) return new Response('<p>Back soon</p>', { headers: { 'content-type': 'text/html' } })
    return attempt === 8 ? told.slice(after, after + 1) : []
  })
  const states: string[] = []
  await expect(take(client.stream({ onState: state => states.push(state) }), 3)).rejects.toMatchObject({
    code: 'UNEXPECTED_ANSWER',
  })
  expect(requests).toHaveLength(16)
  expect(states.filter(state => state === 'open')).toHaveLength(1)
})

test('faults of a server and of the network are waited out, ever more slowly', async () => {
  const { client, waits } = streaming((_, attempt) => {
    if (attempt > 20) return [text]
    if (attempt % 2 === 0) throw new TypeError('no network')
    return new Response('<h1>Bad gateway</h1>', { status: 502 })
  })
  expect(await take(client.stream(), 1)).toEqual([1])
  expect(waits).toHaveLength(20)
  expect(waits.at(-1)).toBe(5050)
})

test('an event that cannot be read ends the stream, and is not passed over', async () => {
  const { client, requests } = streaming(() => ['id: 1\nevent: badge.awarded\ndata: {"type"\n\n'])
  await expect(take(client.stream(), 1)).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
  expect(requests).toHaveLength(1)
})

test('too many streams is not a refusal', async () => {
  const { client, waits } = streaming((_, attempt) =>
    attempt === 1 ? Response.json({ code: 'RATE_LIMITED' }, { status: 429, headers: { 'retry-after': '30' } }) : [text],
  )
  expect(await take(client.stream(), 1)).toEqual([1])
  expect(waits).toEqual([30_100])
})

test('an aborted stream ends without an error, and its connection with it', async () => {
  const over = new AbortController()
  const { client, requests } = streaming(() => 'silent')
  const states: string[] = []
  const ended = take(client.stream({ signal: over.signal, onState: state => states.push(state) }), 1)
  await expect.poll(() => states).toEqual(['open'])
  over.abort()
  expect(await ended).toEqual([])
  expect(requests[0]!.signal.aborted).toBe(true)
})

test('events that this client does not know are passed over', async () => {
  const { client } = streaming(() => [`event: level.reached\ndata: {}\n\n${text}`])
  expect(await take(client.stream(), 1)).toEqual([1])
})

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8' }

type Answer = readonly string[] | Response | 'silent'

/** A client of a server that answers by the last id and the number of the connection. */
function streaming(answer: (after: number | undefined, attempt: number) => Answer, { isPatient = true } = {}) {
  const requests: { readonly signal: AbortSignal }[] = []
  const waits: number[] = []
  const fetch: ClientOptions['fetch'] = async (_, init) => {
    requests.push({ signal: init!.signal! })
    const id = (init!.headers as Record<string, string>)['last-event-id']
    const given = answer(id === undefined ? undefined : Number(id), requests.length)
    return given instanceof Response
      ? given
      : new Response(given === 'silent' ? openFor(init!.signal!) : given.join(''), { headers: eventStream })
  }
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    // These are the limits of one connection: what it may take to open, and to be silent.
    if (ms === 45_000 && !isPatient && requests.length === 1) return Promise.resolve()
    if (ms === 10_000 || ms === 45_000) return new Promise(() => {})
    waits.push(ms)
    // A turn of the loop, so that a stream that never ends does not hold up the end of its test.
    return new Promise((resolve, reject) => setImmediate(() => (signal?.aborted ? reject(signal.reason) : resolve())))
  }
  return { client: createClient({ baseUrl: '', fetch, sleep, random: () => 0.5 }), requests, waits }
}

function openFor(signal: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: controller => {
      controller.enqueue(new TextEncoder().encode('id: 0\n\n'))
      signal.addEventListener('abort', () => controller.error(signal.reason))
    },
  })
}

async function take(events: AsyncIterable<{ readonly type: string; readonly data: object }>, count: number) {
  const found: number[] = []
  for await (const { type, data } of events) {
    if (type === 'badge.awarded') found.push((data as { sequence: number }).sequence)
    if (found.length === count) break
  }
  return found
}
