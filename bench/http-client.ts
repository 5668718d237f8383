import { Agent, request } from 'node:http'
import type { Batch } from './load.js'
import type { Recorder } from './recording.js'

/** Where the calls of one writer go. */
export type Address = { readonly url: string; readonly key: string }

/** Records batches over HTTP, over connections that stay open: a batch of one as a completion, not as a list. */
export function openHttpRecorder({ url, key }: Address): Recorder {
  const agent = new Agent({ keepAlive: true })
  return {
    record: async ({ completions }) => {
      const body = JSON.stringify(completions.length === 1 ? completions[0] : completions)
      const answer = await send(agent, `${url}/v1/completions`, { key, body })
      const said: unknown = JSON.parse(answer)
      const results =
        completions.length === 1 ? [said as Result] : (said as { readonly results: readonly Result[] }).results
      return results.reduce((count, { awarded }) => count + awarded.length, 0)
    },
    close: async () => agent.destroy(),
  }
}

/** Reads the progress of the user of each completion, and claims the badges that were planned: nothing is recorded. */
export function openProgressReader({ url, key }: Address): Recorder {
  const agent = new Agent({ keepAlive: true })
  return {
    record: async ({ completions, badges }: Batch) => {
      for (const { userId } of completions) await send(agent, `${url}/v1/users/${userId}/progress`, { key })
      return badges.length
    },
    close: async () => agent.destroy(),
  }
}

type Result = { readonly awarded: readonly unknown[] }

type Call = { readonly key: string; readonly body?: string }

function send(agent: Agent, url: string, { key, body }: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    const call = request(url, { agent, method: body === undefined ? 'GET' : 'POST', headers }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (response.statusCode === 200 || response.statusCode === 201) resolve(text)
        else reject(new Error(`${response.statusCode} from ${url}: ${text}`))
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}
