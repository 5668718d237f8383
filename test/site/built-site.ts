import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onceInRun } from '../support/once-in-run.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds the documentation site, once in a run, and returns its folder. */
export function builtSite(): Promise<string> {
  return onceInRun('site', async folder => {
    const args = ['scripts/docs.mjs', 'build', '--out', folder]
    // The runner sets NODE_ENV for itself: a site is built for production.
    const env = { ...process.env, NODE_ENV: 'production' }
    await promisify(execFile)(process.execPath, args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 })
  })
}

/** Returns the paths of the files of a folder, and of those below it, that end so. */
export function filesOf(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith(ending))
    .map(path => path.split(sep).join('/'))
}

/** Serves a folder as any static host does. */
export type StaticServer = { readonly url: string; readonly close: () => Promise<void> }

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

export async function serveFolder(folder: string): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://site')
    const path = join(folder, decodeURIComponent(pathname), pathname.endsWith('/') ? 'index.html' : '')
    try {
      const body = readFileSync(path)
      response.writeHead(200, { 'content-type': mediaTypes[extname(path)] ?? 'text/plain; charset=utf-8' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> => {
    server.closeAllConnections()
    return new Promise((resolve, reject) => server.close(error => (error ? reject(error) : resolve())))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}
