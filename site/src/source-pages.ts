import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** Returns the address of each page of the site by the path of the Markdown file that it is made from. */
export function sourcePages(): ReadonlyMap<string, string> {
  const docs = markdownUnder('docs').map(path => [path, path.slice('docs/'.length)] as const)
  const own = markdownUnder('site/pages').map(path => [path, path.slice('site/pages/'.length)] as const)
  const programs = ['bench', ...folderNames('examples').map(name => `examples/${name}`)].map(
    folder => [`${folder}/README.md`, `${folder}.md`] as const,
  )
  const atRoot = ['AGENTS.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(
    path => [path, path.toLowerCase()] as const,
  )
  // The README is the door of the repository, as the home page is that of the site.
  const pages = [...docs, ...own, ...programs, ...atRoot].filter(([path]) => existsSync(join(root, path)))
  return new Map([...pages, ['README.md', 'index.md']])
}

/** Returns the first heading of a Markdown text. */
export function titleOf(markdown: string): string | undefined {
  return /^# (.+)$/m.exec(markdown.replace(/^```.*?^```/gms, ''))?.[1]
}

/** Reads a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function markdownUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.md'))
    .map(path => posix.join(folder, path.split(sep).join('/')))
    .sort()
}

function folderNames(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
}
