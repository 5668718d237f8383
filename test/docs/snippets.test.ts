import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { type Block, blocksOf, guides, root } from './pages.js'

/** Their projects are compiled by the tools of their frameworks, with packages that are not installed here. */
const builtElsewhere = ['nextjs', 'nestjs', 'sveltekit'].map(name => `guides/${name}.md`)
/** Explanations whose code is a part of something, in which these names stand for what surrounds it. */
const fragments = ['guides/moving-over.md']

const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2024', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  jsx: 'react-jsx',
  noEmit: true,
}

/** What the pages import and does not belong to them, or to a package that is installed here. */
const surroundings: Readonly<Record<string, string>> = {
  'packages.d.ts': `
    declare module '@vercel/functions' {
      export function attachDatabasePool(pool: object): void
    }
    declare module '@supabase/supabase-js' {
      type Answer = { data: { user: { id: string } }; error: null } | { data: { user: null }; error: Error }
      export type SupabaseClient = { auth: { getUser(): Promise<Answer> } }
    }
    declare module 'prisma/config' {
      export function env(name: string): string
      export function defineConfig(config: { schema: string; datasource: { url: string } }): object
    }
    declare module 'drizzle-kit' {
      type Config = { dialect: 'postgresql'; schema: string; out: string; schemaFilter: string[]; dbCredentials: { url: string } }
      export function defineConfig(config: Config): Config
    }`,
  'names.d.ts': `
    import type { MilestoneService } from 'milepost'
    import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
    declare global {
      const milestoneService: MilestoneService
      const db: NodePgDatabase
      const userId: string
      const save: (value: unknown) => void
    }`,
  'guides/prisma/generated/prisma/client.ts': `
    import type { PrismaPg } from '@prisma/adapter-pg'
    import type { fromPrisma } from 'milepost'
    type Tx = Parameters<typeof fromPrisma>[0] & { order: { create(query: { data: { id: string } }): Promise<object> } }
    export declare class PrismaClient {
      constructor(options: { adapter: PrismaPg })
      $transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>
      $disconnect(): Promise<void>
    }`,
  'guides/testing/catalog.ts': `
    import { defineCatalog } from 'milepost'
    const lessons = (target: number) => ({ type: 'count', category: 'lesson', target }) as const
    export const catalog = defineCatalog({
      milestones: [
        { id: 'first-steps', title: 'First steps', requirement: lessons(1), reward: { points: 10 } },
        { id: 'ten-lessons', title: 'Ten lessons', requirement: lessons(10) },
      ],
    })`,
  'recipes/deleting-users/milepost.ts': `
    import type { MilestoneService } from 'milepost'
    export declare const milestoneService: MilestoneService`,
}

test('the code in the guides and recipes compiles, as TypeScript without exceptions', async () => {
  const folder = await emptyFolder()
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*'] }))
  for (const [path, text] of Object.entries(surroundings)) await write(join(folder, path), text)
  await cp(join(root, 'examples/next/catalog.ts'), join(folder, 'guides/vercel/catalog.ts'), { recursive: true })
  for (const page of guides.filter(page => !builtElsewhere.includes(page)))
    for (const [i, block] of blocksOf(page).entries())
      if (isTypeScript(block)) await write(join(folder, page.replace(/\.md$/, ''), pathOf(block, i)), moduleOf(block))
  expect(await faultsIn(folder)).toBe('')
})

// Below the root, where the package finds itself by its own name.
async function emptyFolder(): Promise<string> {
  await mkdir(join(root, '.cache'), { recursive: true })
  const folder = await mkdtemp(join(root, '.cache/snippets-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

const isTypeScript = ({ language }: Block): boolean => /^(ts|tsx)$/.test(language)

function pathOf({ page, path, language }: Block, i: number): string {
  if (path === null && !fragments.includes(page))
    throw new TypeError(`Block ${i + 1} of docs/${page} does not say which file it is`)
  return path ?? `block-${i + 1}.${language}`
}

// Without an import or export, TypeScript takes a file for a script.
const moduleOf = ({ text }: Block): string => (/^(import|export) /m.test(text) ? text : `${text}export {}\n`)

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function faultsIn(folder: string): Promise<string> {
  const args = [join(root, 'scripts/tsc.mjs'), '--noEmit', '--project', folder, '--pretty', 'false']
  const run = promisify(execFile)(process.execPath, args, { cwd: folder })
  return run.then(
    () => '',
    ({ stdout, stderr }) => `${stdout}${stderr}` || 'The compiler failed and said nothing',
  )
}
