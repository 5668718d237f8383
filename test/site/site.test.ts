import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { descriptionOf } from '../../site/src/description.js'
import { sample } from '../../site/src/gallery/sample.js'
import { withBreaks } from '../../site/src/inline-code.js'
import { withSiteLinks } from '../../site/src/links.js'
import { customProperties } from '../../site/src/reference/properties.js'
import { namedPages, sidebarOf } from '../../site/src/sidebar.js'
import { sourcePages } from '../../site/src/source-pages.js'
import { stage } from '../../site/src/stage.js'
import { commands } from '../../src/cli/commands.js'
import { errorCodes } from '../../src/index.js'
import * as schema from '../../src/schema.js'
import { deadLinks, foreignLoads } from './links-of-site.js'

describe('what the site is built from', () => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'milepost-staged-'))
    // What is read from all types takes longest: the long run, which builds the whole site, has it.
    await stage(folder, { isQuick: true })
    return () => rmSync(folder, { recursive: true })
  })
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

  test('has a page for every page of the docs', () => {
    const pages = [...sourcePages().entries()].filter(([source]) => source !== 'README.md')
    expect(pages.filter(([, page]) => !existsSync(join(folder, page)))).toEqual([])
  })

  test('has every page that the sidebar names', () => {
    const written = [...namedPages].filter(page => !/^reference\/(api|components)/.test(page))
    expect(written.filter(page => !existsSync(join(folder, `${page}.md`)))).toEqual([])
  })

  test('has a reference of every error code and command, and of every table that `milepost/schema` exports', () => {
    const [errors, listed, tables] = ['errors', 'commands', 'tables'].map(name => read(`reference/${name}.md`)) as [
      string,
      string,
      string,
    ]
    expect(Object.keys(errorCodes).filter(code => !errors.includes(code))).toEqual([])
    expect(commands.filter(({ name }) => !listed.includes(`## ${name}\n`)).map(({ name }) => name)).toEqual([])
    expect(Object.keys(schema).filter(name => name !== 'milepostTables' && !tables.includes(`## ${name}\n`))).toEqual(
      [],
    )
  })

  test('has a reference of operations and custom properties', () => {
    expect(read('reference/operations/completions.md')).toContain('record')
    expect(read('reference/properties.md')).toContain('--mp-accent')
  })
})

describe('on the way to the site', () => {
  const pages = new Map([
    ['docs/a.md', 'a.md'],
    ['docs/guides/b.md', 'guides/b.md'],
    ['examples/hono/README.md', 'examples/hono.md'],
  ])
  const linked = (markdown: string): string =>
    withSiteLinks(markdown, { source: 'docs/guides/b.md', page: 'guides/b.md', pages })

  test('links to pages stay, also to folders with a page; others lose what leads nowhere', () => {
    expect(linked('[a](../a.md#x) and [hono](../../examples/hono) and [self](#y)')).toBe(
      '[a](../a.md#x) and [hono](../examples/hono.md) and [self](#y)',
    )
    expect(linked('See [test](../../test/house).')).toMatch(/^See (test|\[test\]\(https:.*\/test\/house\))\.$/)
    expect(linked('```ts\na[0](../none.md)\n```')).toBe('```ts\na[0](../none.md)\n```')
    expect(() => linked('[gone](gone.md)')).toThrow('docs/guides/b.md links to gone.md, which does not exist')
  })

  test('a new guide is in the sidebar by itself, after those that have a place', () => {
    const titles = new Map([
      ['guides/zebra', 'Zebra'],
      ['guides/hono', 'Hono'],
      ['guides/testing', 'Testing'],
      ['guides/apple', 'Apple'],
    ])
    const [guides] = sidebarOf(titles)
    expect(guides).toEqual({
      text: 'Guides',
      items: [
        { text: 'Frameworks and sign-in', items: [{ text: 'Hono', link: '/guides/hono' }] },
        {
          text: 'Before and after launch',
          items: [
            { text: 'Testing', link: '/guides/testing' },
            { text: 'Apple', link: '/guides/apple' },
            { text: 'Zebra', link: '/guides/zebra' },
          ],
        },
      ],
    })
  })

  test('a page leads its own group in the sidebar', () => {
    const titles = new Map([
      ['reference/operations/index', 'HTTP operations'],
      ['reference/operations/users', 'HTTP: users'],
    ])
    const [reference] = sidebarOf(titles)
    expect(reference!.items).toEqual([
      {
        text: 'HTTP operations',
        link: '/reference/operations/',
        collapsed: true,
        items: [{ text: 'HTTP: users', link: '/reference/operations/users' }],
      },
    ])
  })

  test('the first sentence of a page is its description, without Markdown', () => {
    expect(
      descriptionOf('# A\n\n![picture](a.png)\n\nThe **first** of [two](b.md) in\n`a.ts` and v1.2. Another.'),
    ).toBe('The first of two in a.ts and v1.2.')
    expect(descriptionOf('# A\n\n```sh\nrun it\n```\n\nIt lists:\n\n- a')).toBe('It lists.')
    expect(descriptionOf('# A\n\n## B\n\nNot at the top.')).toBeUndefined()
  })

  test('a name in inline code may continue in the next line between its words, and nowhere else', () => {
    expect(withBreaks('<code v-pre="a_b">USER_BUSY</code>')).toBe('<code v-pre="a_b">USER_<wbr>BUSY</code>')
    expect(withBreaks('<code>a.b/getUser(id) &lt;Id&gt;</code>')).toBe(
      '<code>a.<wbr>b/<wbr>get<wbr>User(<wbr>id) &lt;Id&gt;</code>',
    )
  })

  test('the streak in the gallery has not ended', () => {
    const streaks = sample.progress.milestones.flatMap(entry => (entry.isHidden || !entry.streak ? [] : [entry.streak]))
    expect(streaks.map(({ endsAt }) => endsAt!.getTime() > Date.now())).toEqual([true])
  })

  test('the defaults of custom properties are read in both themes', () => {
    const css =
      '.mp { --_a: var(--mp-a, light-dark(#fff, #000)); --_b: var(--mp-b, 0 1px light-dark(#1110, #2220), 1px) }'
    expect(customProperties(css)).toEqual([
      { name: '--mp-a', light: '#fff', dark: '#000' },
      { name: '--mp-b', light: '0 1px #1110, 1px', dark: '0 1px #2220, 1px' },
    ])
  })
})

describe('the checks find', () => {
  function siteOf(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), 'milepost-site-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return folder
  }

  test('a link to a page that is missing, and to a heading that is missing', () => {
    const folder = siteOf({
      'index.html': '<a href="/a.html#one">a</a> <a href="/a.html#two">b</a> <a href="c.html">c</a>',
      'a.html': '<h2 id="one">1</h2> <a class="x" href="#one">1</a> <a href="/">home</a>',
    })
    expect(deadLinks(folder)).toEqual(['index.html: /a.html#two', 'index.html: c.html'])
  })

  test('a font, a script and an image of another host, and not a link to one', () => {
    const folder = siteOf({
      'index.html':
        '<img alt="" src="https://a.example/a.png"><a href="https://b.example">b</a><script src="//c.example/c.js">',
      'a.css': '@font-face { src: url(https://fonts.example/a.woff2) }',
      'a.js': 'import("https://d.example/d.js"); const page = "https://e.example"',
    })
    expect(foreignLoads(folder)).toHaveLength(4)
  })
})
