import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Nothing comes from anywhere else, and no page of another origin frames this one. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** Answers with the files of a folder; every other address is one of the app's own pages. */
export function pagesFrom(folder: string): (path: string) => Promise<Response> {
  return async path => {
    const isFile = /^\/(assets|icons)\/[\w.-]+$/.test(path)
    const name = isFile ? path.slice(1) : 'index.html'
    const bytes = await contentOf(join(folder, name))
    if (!bytes) return new Response('There is no such file.', { status: 404 })
    const cacheControl = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    const type = mediaTypes[extname(name)] ?? 'application/octet-stream'
    return new Response(bytes, { headers: { ...securityHeaders, 'content-type': type, 'cache-control': cacheControl } })
  }
}

async function contentOf(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await readFile(path))
  } catch {
    return null
  }
}
