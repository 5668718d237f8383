import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { root } from './source-pages.js'

type LinkingPage = {
  /** The path of its Markdown file in the repository. */
  readonly source: string
  /** Its place on the site. */
  readonly page: string
  readonly pages: ReadonlyMap<string, string>
}

/**
 * Rewrites the links of a Markdown text, which lead to files of the repository, to pages of the site. A link to a file that
 * is no page leads to the public repository; as long as `package.json` names none, only its text stays.
 */
export function withSiteLinks(markdown: string, at: LinkingPage): string {
  const parts = markdown.split(/(^ *```.*?^ *```)/ms)
  return parts.map(part => (/^ *```/.test(part) ? part : linksRewritten(part, at))).join('')
}

function linksRewritten(text: string, at: LinkingPage): string {
  return text.replaceAll(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g, (whole, mark: string, words: string, href: string) => {
    if (/^(https:|mailto:|#|\/)/.test(href)) return whole
    if (mark === '!') return `![${words}](${siteImage(href, at)})`
    const target = siteTarget(href, at)
    return target === undefined ? words : `[${words}](${target})`
  })
}

function siteTarget(href: string, { source, page, pages }: LinkingPage): string | undefined {
  const [path = '', anchor] = href.split('#')
  const file = posix.join(posix.dirname(source), path)
  const target = pages.get(file) ?? pages.get(`${file}/README.md`)
  const hash = anchor === undefined ? '' : `#${anchor}`
  if (target !== undefined) return `${posix.relative(posix.dirname(page), target)}${hash}`
  if (!existsSync(join(root, file))) throw new Error(`${source} links to ${href}, which does not exist.`)
  const repository = repositoryAddress()
  return repository && `${repository}/blob/main/${file}${hash}`
}

// The folder of the images lies beside the pages, as it does in docs/.
function siteImage(href: string, { source, page }: LinkingPage): string {
  const file = posix.join(posix.dirname(source), href)
  if (!existsSync(join(root, file))) throw new Error(`${source} shows ${href}, which does not exist.`)
  const path = posix.relative(posix.dirname(page), file.replace(/^docs\//, ''))
  return path.startsWith('.') ? path : `./${path}`
}

function repositoryAddress(): string | undefined {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const address: string | undefined = typeof repository === 'string' ? repository : repository?.url
  return address?.replace(/^git\+/, '').replace(/\.git$/, '')
}
