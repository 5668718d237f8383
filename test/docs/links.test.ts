import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const inFolder = (folder: string): string[] => readdirSync(join(root, folder)).map(name => `${folder}/${name}`)
const examplePages = inFolder('examples').map(folder => `${folder}/README.md`)
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map(path => `docs/${path}`)
const pages = [...readdirSync(root), ...docs, ...inFolder('site/pages'), 'bench/README.md', ...examplePages]
  .filter(path => path.endsWith('.md') && path !== 'CHANGELOG.md')
  .filter(path => existsSync(join(root, path)))

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
const withoutBlocks = (text: string): string => text.replace(/^```.*?^```/gms, '')
const withoutCode = (text: string): string => withoutBlocks(text).replace(/`[^`\n]*`/g, '')

test.each(pages)('every link of %s leads to a file, and to a heading of it', page => {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(match => match[1]!)
  expect(links.filter(link => !/^https:\/\//.test(link) && !isReached(page, link))).toEqual([])
})

// A screen reader names the column of each cell.
test.each(pages)('every column of a table in %s has a heading', page => {
  const heads = [...withoutBlocks(textOf(page)).matchAll(/^(\|.*)\n\|[ :|-]+$/gm)].map(match => match[1]!)
  expect(
    heads.filter(head =>
      head
        .slice(1, -1)
        .split('|')
        .some(cell => cell.trim() === ''),
    ),
  ).toEqual([])
})

function isReached(page: string, link: string): boolean {
  const [path, heading] = link.split('#') as [string, string | undefined]
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(root, file))) return false
  return heading === undefined || headingsOf(file).includes(heading)
}

// As GitHub makes anchors: lower case, spaces to hyphens, everything else but letters, digits and hyphens dropped.
function headingsOf(file: string): string[] {
  const lines = withoutBlocks(textOf(file)).split('\n')
  const headings = lines.filter(line => /^#+ /.test(line)).map(line => line.replace(/^#+ /, '').toLowerCase())
  return headings.map(text => text.replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '').replaceAll(' ', '-'))
}
