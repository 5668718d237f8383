import { hiddenProperty } from '../../core/values/hidden-property.js'
import { refusal } from '../problem/problem.js'

/**
 * Reads a body, and counts its bytes while it arrives. `Content-Length` is only trusted if it is too large. Returns
 * null if there is no body.
 * @throws BODY_TOO_LARGE, BODY_INCOMPLETE
 */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array | null> {
  const declared = Number(request.headers.get('content-length') ?? Number.NaN)
  if (declared > limit) throw tooLarge(limit)
  if (framing.get(request)) return wholeBody(request, limit)
  if (!request.body) return null
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunksOf(request.body)) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return size === 0 ? null : joined(chunks, size)
}

const framing = hiddenProperty<Request, true>('framing')

/**
 * Marks a request whose `Content-Length` the underlying server enforces, as Node's parser does. Its body is read at
 * once, which takes a fifth of the time of counting chunks. Not for chunked requests.
 */
export function trustLength(request: Request): void {
  framing.set(request, true)
}

async function wholeBody(request: Request, limit: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(await request.arrayBuffer().catch(incomplete))
  if (bytes.byteLength > limit) throw tooLarge(limit)
  return bytes.byteLength === 0 ? null : bytes
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(incomplete)
      if (done) return
      yield value
    }
  } finally {
    // Does not wait for the rest of a body that is too large.
    reader.cancel().catch(() => {})
  }
}

// The client was too slow or has disconnected, which is not an error of this server.
function incomplete(): never {
  throw refusal('BODY_INCOMPLETE', { headers: { connection: 'close' } })
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** Parses bytes as JSON. @throws BODY_INVALID; BODY_TOO_LARGE if it is nested too deeply */
export function parseJson(bytes: Uint8Array, depth: number): unknown {
  if (isDeeper(bytes, depth)) {
    throw refusal('BODY_TOO_LARGE', { detail: `The body is nested deeper than ${depth} levels.` })
  }
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    throw refusal('BODY_INVALID', { detail: 'The body is not JSON in UTF-8.' })
  }
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\{}[]'].map(c => c.charCodeAt(0))

/** Counts brackets outside strings. In UTF-8, no byte of another character looks like a bracket. */
function isDeeper(bytes: Uint8Array, limit: number): boolean {
  let depth = 0
  let isText = false
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i]
    if (byte === quote) isText = !isText
    else if (byte === backslash) i += 1
    else if (isText) continue
    else if (byte === openBrace || byte === openBracket) {
      depth += 1
      if (depth > limit) return true
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1
  }
  return false
}

function tooLarge(limit: number): Error {
  const detail = `The body is over ${limit} bytes.`
  // The rest of the body is not read, so the connection cannot be reused.
  return refusal('BODY_TOO_LARGE', { detail, headers: { connection: 'close' } })
}
