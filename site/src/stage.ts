import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { withDescription } from './description.js'
import { withSiteLinks } from './links.js'
import { writeApiReference } from './reference/api.js'
import { commandsPage } from './reference/commands.js'
import { componentsPage } from './reference/components.js'
import { errorsPage } from './reference/errors.js'
import { operationsPages } from './reference/operations.js'
import { propertiesPage } from './reference/properties.js'
import { tablesPage } from './reference/tables.js'
import { root, sourcePages, textOf, titleOf } from './source-pages.js'

/**
 * Puts everything that VitePress builds from into one folder: the Markdown of the repository, and the generated reference.
 * `isQuick`: without what is read from all types, which takes longest.
 */
export async function stage(folder: string, { isQuick }: { readonly isQuick: boolean }): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const source of sourcePages().keys()) stagePage(folder, source)
  cpSync(join(root, 'docs/images'), join(folder, 'images'), { recursive: true })
  cpSync(join(root, 'site/public'), join(folder, 'public'), { recursive: true })
  cpSync(join(root, 'studio/public/stone.svg'), join(folder, 'public/stone.svg'))
  write(folder, 'reference/errors.md', errorsPage())
  write(folder, 'reference/commands.md', commandsPage())
  for (const [page, text] of operationsPages()) write(folder, page, text)
  write(folder, 'reference/properties.md', propertiesPage())
  write(folder, 'reference/tables.md', tablesPage())
  if (isQuick) return
  const reference = join(folder, 'reference/api')
  const project = await writeApiReference(reference)
  for (const path of readdirSync(reference, { recursive: true, encoding: 'utf8' }))
    if (path.endsWith('.md')) write(reference, path, readFileSync(join(reference, path), 'utf8'))
  write(folder, 'reference/components.md', componentsPage(project))
}

/** Puts one page there again, after its file changed. */
export function stagePage(folder: string, source: string): void {
  const pages = sourcePages()
  const page = pages.get(source)
  if (page === undefined || source === 'README.md') return
  const text = textOf(source)
  if (titleOf(text) === undefined && page !== 'index.md') throw new Error(`${source} has no heading.`)
  write(folder, page, withSiteLinks(text, { source, page, pages }))
}

function write(folder: string, page: string, text: string): void {
  const path = join(folder, page)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, withDescription(text))
}
