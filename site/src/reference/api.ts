import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Application,
  Comment,
  type DeclarationReflection,
  type ParameterReflection,
  type ProjectReflection,
  ReflectionKind,
  type TypeDocOptions,
} from 'typedoc'
import type { PluginOptions } from 'typedoc-plugin-markdown'
import { root, textOf } from '../source-pages.js'
import { paragraphs, tableOf } from './markdown.js'
import { divideMainEntry, topics } from './topics.js'

// Drizzle infers the types of the tables, over thousands of lines.
const leftOut = ['milepost/schema', 'milepost/react.css']

/** Writes a page for everything that the entries of the package export, from the built types, and returns what it read. */
export async function writeApiReference(folder: string): Promise<ProjectReflection> {
  const entries = publicEntries()
  const options: Partial<TypeDocOptions> & Partial<PluginOptions> = {
    entryPoints: entries.map(({ types }) => join(root, types)),
    tsconfig: join(root, 'site/tsconfig.api.json'),
    plugin: ['typedoc-plugin-markdown'],
    logLevel: 'Warn',
    name: 'API',
    readme: 'none',
    // The compiler has checked them when it wrote them.
    skipErrorChecking: true,
    disableSources: true,
    excludeExternals: true,
    validation: { notExported: false, invalidLink: true, rewrittenLink: true, notDocumented: false },
    outputs: [{ name: 'markdown', path: folder }],
    router: 'module',
    entryFileName: 'index',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    // Headings and rows of tables count their anchors together, which the site would not know.
    useHTMLAnchors: true,
    // What a reader calls comes before the types that it takes.
    groupOrder: ['Functions', 'Classes', 'Variables', 'Type Aliases', 'References', '*'],
    parametersFormat: 'table',
    typeDeclarationFormat: 'table',
    pageTitleTemplates: {
      index: 'API',
      module: ({ name }) => name.replace('milepost-', 'milepost: '),
      member: '{name}',
    },
  }
  const app = await Application.bootstrapWithPlugins(options)
  const project = await app.convert()
  if (project === undefined) throw new Error('TypeDoc could not read the types in dist/.')
  divideMainEntry(project)
  for (const module of project.children ?? []) {
    introduce(module, entries)
    if (module.name.startsWith('milepost/react/')) removeReferences(module)
  }
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter))
    nameParameter(parameter as ParameterReflection)
  await app.generateOutputs(project)
  writeFileSync(join(folder, 'index.md'), contents(entries))
  if (app.logger.hasWarnings() || app.logger.hasErrors()) throw new Error('TypeDoc found something to mend; see above.')
  return project
}

const abouts: Readonly<Record<string, string>> = {
  'milepost/better-auth': 'The plugin for Better Auth, and users of its sessions',
  'milepost/client': 'The client of a server, for browsers and Node',
  'milepost/http': 'The HTTP API as a function from `Request` to `Response`',
  'milepost/next': 'The API as a route of Next.js',
  'milepost/node': 'The API in `node:http`, Express and Fastify',
  'milepost/pglite': 'The embedded database',
  'milepost/react': 'Components and hooks',
  'milepost/react/ar': 'Texts of the components in Arabic',
  'milepost/react/de': 'Texts of the components in German',
  'milepost/react/fr': 'Texts of the components in French',
  'milepost/react/es': 'Texts of the components in Spanish',
  'milepost/react/pt-BR': 'Texts of the components in Brazilian Portuguese',
  'milepost/testing': 'Tests of a catalog, without a database',
}

function aboutEntry(name: string): string {
  const about = abouts[name]
  if (about === undefined) throw new Error(`${name} needs a description here.`)
  return about
}

type Entry = { readonly name: string; readonly types: string }

/** Lists the entries whose types are described, as they are imported. */
function publicEntries(): readonly Entry[] {
  const { exports } = JSON.parse(textOf('package.json')) as { exports: Record<string, { types?: string }> }
  return Object.entries(exports).flatMap(([path, { types }]) => {
    const name = path.replace(/^\./, 'milepost')
    return types === undefined || leftOut.includes(name) ? [] : [{ name, types }]
  })
}

function contents(entries: readonly Entry[]): string {
  const parts = topics.map(({ topic, about }) => [`[\`milepost\`: ${topic}](milepost-${topic}.md)`, about])
  const others = entries
    .filter(({ name }) => name !== 'milepost')
    .map(({ name }) => [`[\`${name}\`](${name}.md)`, aboutEntry(name)])
  return paragraphs(
    '# API',
    'Everything that each entry of the package exports, from its types. For a first look, see [Calls](../../calls.md).',
    tableOf(['import', 'what it has'], [...parts, ...others]),
    'For Drizzle, `milepost/schema` exports the [tables](../tables.md). `milepost/react.css` has the styles, and `milepost/catalog.schema.json` is the JSON Schema of catalogs.',
  )
}

/** Names a module as it is imported, since TypeDoc names it by its file, and says what it has. */
function introduce(module: DeclarationReflection, entries: readonly Entry[]): void {
  const entry = entries.find(({ types }) => types === `./dist/${module.name}.d.ts`)
  if (entry !== undefined) module.name = entry.name
  const about = topics.find(({ topic }) => module.name === `milepost-${topic}`)?.about ?? aboutEntry(module.name)
  module.comment = new Comment([{ kind: 'text', text: `${about}.` }])
}

/** Leaves out what `milepost/react` has too: a language adds its texts only. */
function removeReferences(module: DeclarationReflection): void {
  module.groups = (module.groups ?? []).filter(({ title }) => title !== 'References')
}

/** Names a parameter that a function takes apart at once, which has no name of its own. */
function nameParameter(parameter: ParameterReflection): void {
  if (parameter.name !== '__namedParameters') return
  parameter.name = String(parameter.type).endsWith('Props') ? 'props' : 'options'
}
