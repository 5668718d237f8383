import { extname } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

/** Answers a request below `/studio`, given the rest of its path; null if there is no such file. */
export type StudioFiles = (path: string, request: Request) => Response | null

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Everything comes from this server, and scripts and styles only from files. Nobody may frame the page. */
const policy = [
  "default-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ')

type StudioFile = { readonly bytes: Buffer; readonly zipped: Buffer; readonly type: string }

/** A file as packed by the build: its name below `/studio`, and its content, gzipped and in base64. */
type PackedFile = readonly [name: string, content: string]

/** Serves Studio's files, which contain no data. Only files from the build can be requested. */
export function createStudioFiles(packed: readonly PackedFile[]): StudioFiles {
  const files = new Map(packed.map(([name, content]) => [name, unpacked(name, content)]))
  return (path, request) => {
    const name = path.replace(/^\//, '')
    const file = files.get(name)
    if (file && name.startsWith('assets/')) return fileResponse(request, file, 'public, max-age=31536000, immutable')
    if (file && name !== 'index.html') return fileResponse(request, file, 'no-cache')
    const page = files.get('index.html')
    if (!page || name.startsWith('assets/')) return null
    return fileResponse(request, { ...page, ...basedOn(page, name) }, 'no-cache')
  }
}

// Every view has an address, and the files are next to the first. The base is relative, so that it works behind any
// path prefix.
function basedOn({ bytes }: StudioFile, name: string): Pick<StudioFile, 'bytes' | 'zipped'> {
  const base = '../'.repeat(name.split('/').length - 1) || './'
  const based = Buffer.from(bytes.toString().replace('<head>', `<head><base href="${base}">`))
  return { bytes: based, zipped: gzipSync(based) }
}

function fileResponse(request: Request, { bytes, zipped, type }: StudioFile, caching: string): Response {
  const takesGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const headers = new Headers({
    'content-type': type,
    'cache-control': caching,
    'content-security-policy': policy,
    vary: 'accept-encoding',
  })
  if (takesGzip) headers.set('content-encoding', 'gzip')
  const body = takesGzip ? zipped : bytes
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { headers })
}

function unpacked(name: string, content: string): StudioFile {
  const zipped = Buffer.from(content, 'base64')
  return { zipped, bytes: gunzipSync(zipped), type: contentTypes[extname(name)] ?? 'application/octet-stream' }
}
