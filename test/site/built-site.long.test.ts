import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { namedPages } from '../../site/src/sidebar.js'
import { sourcePages } from '../../site/src/source-pages.js'
import { errorCodes } from '../../src/index.js'
import * as schema from '../../src/schema.js'
import { builtSite, filesOf } from './built-site.js'
import { deadLinks, foreignLoads } from './links-of-site.js'

describe('the built site', () => {
  let folder: string
  beforeAll(async () => {
    folder = await builtSite()
  })
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8').replaceAll('<wbr>', '')

  test('has a page for every page of the docs', () => {
    const missing = [...sourcePages().values()].filter(page => !existsSync(join(folder, page.replace(/md$/, 'html'))))
    expect(missing).toEqual([])
  })

  test('has no link that leads nowhere', () => {
    expect(filesOf(folder, '.html').length).toBeGreaterThan(50)
    expect(deadLinks(folder)).toEqual([])
  })

  test('loads nothing from another host', () => {
    expect(foreignLoads(folder)).toEqual([])
  })

  // A page that the sidebar does not list would have the wrong neighbours in its links to the next and the previous one.
  test('lists every page in the sidebar of every page', () => {
    const page = read('start/install.html')
    const paths = filesOf(folder, '.html').filter(path => !['404.html', 'index.html'].includes(path))
    expect(paths.filter(path => !page.includes(`href="/${path.replace(/(^|\/)index\.html$/, '$1')}"`))).toEqual([])
  })

  test('has every page that the sidebar names', () => {
    expect([...namedPages].filter(page => !existsSync(join(folder, `${page}.html`)))).toEqual([])
  })

  test('has a reference of every error code, command and operation', () => {
    const errors = read('reference/errors.html')
    expect(Object.keys(errorCodes).filter(code => !errors.includes(code))).toEqual([])
    expect(read('reference/commands.html')).toContain('id="erase"')
    expect(read('reference/operations/completions.html')).toContain('id="record"')
    expect(read('reference/properties.html')).toContain('--mp-accent')
  })

  test('has a reference of every table that `milepost/schema` exports', () => {
    const tables = read('reference/tables.html')
    expect(Object.keys(schema).filter(name => name !== 'milepostTables' && !tables.includes(`>${name} `))).toEqual([])
    expect(tables).toContain('<code>completed_at</code>')
  })

  const generated = [
    ['reference/components.html', 'id="badgegrid"'],
    ['reference/components.html', 'Whether to show what share of all users has each badge.'],
    ['reference/components.html', 'Renders a user. Default: the id.'],
    ['reference/api/milepost/react.html', 'Components and hooks.'],
    ['reference/api/milepost-service.html', 'id="createmilestoneservice"'],
    ['reference/api/milepost/testing.html', 'id="given"'],
    ['reference/api/milepost/node.html', 'id="tonodehandler"'],
    ['reference/api/milepost/next.html', 'id="tonexthandler"'],
    ['reference/api/milepost/better-auth.html', 'id="milepost"'],
  ] as const
  test.each(generated)('describes every export and component in %s', (page, anchor) => {
    expect(read(page)).toContain(anchor)
  })

  test('names what each component but LevelBar takes', () => {
    expect(read('reference/api/milepost/react.html')).not.toContain('__namedParameters')
    const withoutProperties = [...read('reference/components.md').matchAll(/^### (\w+)\n(?:(?!^###).)*It takes no/gms)]
    expect(withoutProperties.map(match => match[1])).toEqual(['LevelBar'])
  })

  test('has everything as text for language models', () => {
    expect(read('llms.txt')).toContain('(/start/quick-start.md): In five minutes: a catalog with two badges')
    expect(read('llms.txt')).not.toContain('### Other')
    expect(read('start/quick-start.html')).toContain('<meta name="description" content="In five minutes: a catalog')
    expect(read('llms-full.txt')).toContain('createMilestoneService')
    expect(read('start/quick-start.md')).toContain('# Quick start')
  })
})
