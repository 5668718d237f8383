import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** Answers a request below `/studio`, given what stands behind that; null where there is nothing. */
export type StudioFiles = (path: string, request: Request) => Response | null

/** Where the build puts Studio, from this file in `src` and in `dist` alike. */
const builtFolder = fileURLToPath(new URL('../../../dist/studio/', import.meta.url))

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Everything comes from here, scripts and styles from files alone; nobody may frame it. */
const policy = [
  "default-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ')

type File = { readonly bytes: Buffer; readonly zipped: Buffer; readonly type: string }

/** Makes what serves Studio's files; they hold no data. Only files that the build made can be asked for. */
export function createStudioFiles(folder: string = builtFolder): StudioFiles {
  let files: ReadonlyMap<string, File> | undefined
  return (path, request) => {
    files ??= filesIn(folder)
    const name = path.replace(/^\//, '')
    const file = files.get(name)
    if (file && name.startsWith('assets/')) return fileResponse(request, file, 'public, max-age=31536000, immutable')
    if (file && name !== 'index.html') return fileResponse(request, file, 'no-cache')
    const page = files.get('index.html')
    if (!page || name.startsWith('assets/')) return null
    return fileResponse(request, { ...page, ...basedOn(page, name) }, 'no-cache')
  }
}

// Every view has an address; the files stand beside the first. Relative, so that it holds whatever stands before this server.
function basedOn({ bytes }: File, name: string): Pick<File, 'bytes' | 'zipped'> {
  const base = '../'.repeat(name.split('/').length - 1) || './'
  const based = Buffer.from(bytes.toString().replace('<head>', `<head><base href="${base}">`))
  return { bytes: based, zipped: gzipSync(based) }
}

function fileResponse(request: Request, { bytes, zipped, type }: File, caching: string): Response {
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

function filesIn(folder: string): ReadonlyMap<string, File> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath ?? entry.path, entry.name))
  return new Map(
    paths.map(path => {
      const bytes = readFileSync(path)
      const type = contentTypes[extname(path)] ?? 'application/octet-stream'
      return [relative(folder, path).split(sep).join('/'), { bytes, zipped: gzipSync(bytes), type }]
    }),
  )
}
