import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { shippedCss } from '../../scripts/shipped-css.mjs'
import { bundleWith, type ReactVersion } from './bundle-with.js'
import type { GalleryProps } from './gallery.js'

/** A page with the gallery; `isRendered`: by the server first. */
export type GalleryPage = GalleryProps & {
  readonly react?: ReactVersion
  readonly isRendered?: boolean
  readonly dir?: 'ltr' | 'rtl'
  /** Whether the page runs without a policy, so that what gets through does harm. */
  readonly isUnguarded?: boolean
}

/** What can change without a new page. */
export type TurnedPage = Omit<GalleryPage, 'react' | 'isRendered' | 'isUnguarded'>

/** Serves pages of the gallery. */
export type GalleryServer = {
  readonly addressOf: (page: GalleryPage) => string
  readonly stylesheet: string
  readonly close: () => Promise<void>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const css = shippedCss(readFileSync(`${root}src/react/react.css`, 'utf8'))

/** Shows another gallery on a page that shows one: a fifth of the work of loading it. */
export async function turnTo(shown: Page, { dir = 'ltr', ...props }: TurnedPage): Promise<void> {
  await shown.evaluate(
    ([next, to]) => (window as unknown as { turnGallery: (next: object, dir: string) => void }).turnGallery(next, to),
    [props, dir] as const,
  )
}

/** Builds the gallery for both versions of React, and serves it under the strictest policy that apps have. */
export async function openGallery(): Promise<GalleryServer> {
  const scripts = new Map(
    await Promise.all(([18, 19] as const).map(async version => [version, await scriptsOf(version)] as const)),
  )
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://gallery')
    const send = (type: string, body: string): void => {
      const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
      const guard = asked.isUnguarded ? {} : { 'content-security-policy': policy }
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...guard })
      response.end(body)
    }
    const asked = JSON.parse(searchParams.get('page') ?? '{}') as GalleryPage
    if (pathname === '/page.css') return send('text/css', pageCss + css)
    if (pathname.startsWith('/script'))
      return send('text/javascript', scripts.get(Number(pathname.slice(7)) as ReactVersion)!.browser)
    if (pathname === '/') return send('text/html', pageOf(asked, scripts.get(asked.react ?? 19)!.render))
    response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    addressOf: page => `${url}/?page=${encodeURIComponent(JSON.stringify(page))}`,
    stylesheet: `${url}/page.css`,
    close: () => closed(server),
  }
}

const pageCss = `
  html { color-scheme: light dark; }
  body { margin: 0; background: light-dark(#fbfcfb, #0c110f); color: CanvasText; font-family: system-ui, sans-serif; }
  main { max-width: 760px; margin-inline: auto; padding: 16px; }
  h1 { font-size: 28px; } h2 { font-size: 20px; margin-block: 32px 12px; }
  section > * + .mp-card { margin-block-start: 12px; }
  .stones { display: flex; flex-wrap: wrap; gap: 16px; align-items: end; }
`

type Render = (props: GalleryPage) => string

function pageOf(page: GalleryPage, render: Render): string {
  const { react = 19, dir = 'ltr', isUnguarded: _, ...props } = page
  const asked = JSON.stringify(props).replaceAll('<', '\\u003c')
  return `<!doctype html><html lang="en" dir="${dir}"><head><meta charset="utf-8"><title>Gallery</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
    <link rel="stylesheet" href="/page.css"></head>
    <body><div id="app">${props.isRendered ? render(props) : ''}</div>
    <script type="application/json" id="asked">${asked}</script><script type="module" src="/script${react}"></script></body></html>`
}

async function scriptsOf(version: ReactVersion): Promise<{ readonly browser: string; readonly render: Render }> {
  const [browser, server] = await Promise.all([
    bundleWith(version, 'browser-entry.tsx', 'browser'),
    bundleWith(version, 'server-entry.tsx', 'node'),
  ])
  const module: { exports: { render?: Render } } = { exports: {} }
  new Function('module', 'exports', 'require', server)(module, module.exports, process.getBuiltinModule)
  return { browser, render: module.exports.render! }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve, reject) => server.close(error => (error ? reject(error) : resolve())))
}
