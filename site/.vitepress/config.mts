import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { defineConfig, postcssIsolateStyles, type UserConfig } from 'vitepress'
import llmstxt from 'vitepress-plugin-llms'
import { anchorOf } from '../src/anchors.js'
import { withBreaks } from '../src/inline-code.js'
import { sidebarOf, topLinksOf } from '../src/sidebar.js'
import { titleOf } from '../src/source-pages.js'

const source = process.env.MILEPOST_SITE_SOURCE
if (source === undefined)
  throw new Error('Run `npm run docs` or `npm run docs:build`, which put the pages together first.')

const description = 'Milestones, badges, points and levels for TypeScript apps, stored in your own Postgres'
const titles = new Map(
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.md'))
    .map(path => {
      const page = path.slice(0, -'.md'.length).split(sep).join('/')
      return [page, (titleOf(readFileSync(join(source, path), 'utf8')) ?? page).replaceAll('`', '')] as const
    }),
)

type Plugins = NonNullable<NonNullable<UserConfig['vite']>['plugins']>
// The plugin has the types of another Vite than VitePress brings.
const textForModels = llmstxt({
  title: 'Milepost',
  description,
  details:
    'All links lead to Markdown. Coding agents begin with agents.md. llms-full.txt has everything but the API in one file.',
  ignoreFiles: ['adr/*', 'contributing.md', 'security.md', 'gallery.md'],
  ignoreFilesPerOutput: { llmsFullTxt: ['reference/api/**'] },
}) as unknown as Plugins[number]

// Their tables need the room of the outline.
const widePages: ReadonlySet<string> = new Set(['compare.md', 'bench.md', 'reference/operations/index.md'])

export default defineConfig({
  title: 'Milepost',
  description,
  lang: 'en',
  srcDir: source,
  outDir: '../.cache/site-built',
  cacheDir: '../.cache/vitepress',
  base: process.env.MILEPOST_SITE_BASE ?? '/',
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${process.env.MILEPOST_SITE_BASE ?? '/'}stone.svg` }],
    ['meta', { name: 'theme-color', media: '(prefers-color-scheme: light)', content: '#ffffff' }],
    ['meta', { name: 'theme-color', media: '(prefers-color-scheme: dark)', content: '#101514' }],
  ],
  transformPageData: ({ relativePath, frontmatter }) => {
    if (widePages.has(relativePath)) frontmatter.aside = false
  },
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    toc: { slugify: anchorOf },
    config: md => {
      const inlineCode = md.renderer.rules.code_inline!
      md.renderer.rules.code_inline = (...args) => withBreaks(inlineCode(...args))
    },
  },
  themeConfig: {
    logo: { src: '/stone.svg', alt: '' },
    nav: topLinksOf(titles),
    sidebar: sidebarOf(titles),
    outline: [2, 3],
    search: {
      provider: 'local',
      // Colours are of no use to the index, and are most of the work.
      options: {
        _render: (text, env, md) => md.render(text.replaceAll(/^( *```)[\w-]+.*$/gm, '$1txt'), env),
        miniSearch: {
          searchOptions: {
            // Explanations come before the lists of all types, and what is for users before what is for contributors.
            boostDocument: id =>
              id.includes('/reference/api/')
                ? 0.2
                : /\/(adr|examples|architecture|contributing|bench)\b/.test(id)
                  ? 0.5
                  : 1,
          },
        },
      },
    },
    docFooter: { prev: 'Previous', next: 'Next' },
    footer: { message: 'MIT License' },
    notFound: {
      title: 'Page not found',
      quote: 'The address may be misspelled, or the page has moved.',
      linkText: 'Go to the start',
    },
  },
  vite: {
    plugins: [textForModels],
    build: {
      chunkSizeWarningLimit: 4_000,
      rollupOptions: {
        onwarn: (warning, warn) => {
          // React's marks for servers mean nothing here.
          if (warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warning.code !== 'SOURCEMAP_ERROR') warn(warning)
        },
      },
    },
    // The styles of pages leave the examples of the gallery alone.
    css: { postcss: { plugins: [postcssIsolateStyles({ includeFiles: [/base\.css/, /vp-doc\.css/] })] } },
  },
})
