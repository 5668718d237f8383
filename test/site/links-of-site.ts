import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { filesOf } from './built-site.js'

/** Returns the links between the pages of a built site, to files of it, and to places in pages, that lead nowhere. */
export function deadLinks(folder: string): readonly string[] {
  const pages = new Map(filesOf(folder, '.html').map(path => [path, partsOf(readFileSync(join(folder, path), 'utf8'))]))
  return [...pages].flatMap(([page, { links }]) =>
    links.filter(link => !leads(folder, pages, { page, link })).map(link => `${page}: ${link}`),
  )
}

type PageParts = { readonly links: readonly string[]; readonly anchors: ReadonlySet<string> }

function partsOf(html: string): PageParts {
  const links = [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(match => match[1]!.replaceAll('&amp;', '&'))
  const anchors = [...html.matchAll(/\sid="([^"]*)"/g)].map(match => match[1]!.replaceAll('&amp;', '&'))
  return { links: [...new Set(links)], anchors: new Set(anchors) }
}

function leads(
  folder: string,
  pages: ReadonlyMap<string, PageParts>,
  { page, link }: { readonly page: string; readonly link: string },
): boolean {
  if (/^(https?:|mailto:)/.test(link)) return true
  const [path = '', anchor = ''] = link.split('#')
  const absolute = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(page), path)
  const file = path === '' ? page : absolute === '' || absolute.endsWith('/') ? `${absolute}index.html` : absolute
  if (anchor === '') return existsSync(join(folder, decodeURIComponent(file)))
  return pages.get(decodeURIComponent(file))?.anchors.has(decodeURIComponent(anchor)) ?? false
}

/** Returns what the files of a built site would load from another host. */
export function foreignLoads(folder: string): readonly string[] {
  const placesByEnding: Readonly<Record<string, RegExp>> = {
    '.html':
      /<(?:script|img|source|iframe|link|video|audio|embed|object)\b[^>]*?\s(?:src|href|srcset|data)="((?:https?:)?\/\/[^"]*)"/g,
    '.css': /(?:url\(\s*["']?|@import\s+["'])((?:https?:)?\/\/[^"')]*)/g,
    '.js': /(?:\bimport\s*\(?|\bfrom|\bfetch\(|\.src\s*=|new Worker\()\s*["'`](https?:\/\/[^"'`]*)/g,
  }
  return Object.entries(placesByEnding).flatMap(([ending, places]) =>
    filesOf(folder, ending).flatMap(path =>
      [...readFileSync(join(folder, path), 'utf8').matchAll(places)].map(match => `${path}: ${match[1]}`),
    ),
  )
}
