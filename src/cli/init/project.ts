import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { failure } from '../failure.js'
import { type CompilerSettings, compilerSettings } from './tsconfig.js'

/** The frameworks that `milepost init` knows. */
export const frameworks = ['next', 'sveltekit', 'nest', 'hono', 'fastify', 'express', 'plain'] as const

/** A framework that `milepost init` knows; `plain` is none of them. */
export type Framework = (typeof frameworks)[number]

/** What opens the database. */
export const drivers = ['pglite', 'pg', 'postgres'] as const

/** What opens the database. */
export type Driver = (typeof drivers)[number]

/** What installs packages. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

/** The parts of a package.json that are read. */
export type Manifest = {
  readonly type?: string
  readonly main?: string
  readonly packageManager?: string
  readonly workspaces?: unknown
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** What was found in a project. */
export type Project = {
  readonly folder: string
  readonly manifest: Manifest
  readonly framework: Framework
  /** The ORM or query builder, by the name of its package. */
  readonly orm: string | null
  /** Null if the project reaches no Postgres yet. */
  readonly driver: Driver | null
  readonly packageManager: PackageManager
  readonly isTypeScript: boolean
  readonly isModule: boolean
  readonly hasReact: boolean
  /** `src` or the folder of the project itself, as a prefix: `src/` or nothing. */
  readonly source: string
  readonly compiler: CompilerSettings
}

const frameworkPackages: readonly (readonly [string, Framework])[] = [
  ['next', 'next'],
  ['@sveltejs/kit', 'sveltekit'],
  ['@nestjs/core', 'nest'],
  ['hono', 'hono'],
  ['fastify', 'fastify'],
  ['express', 'express'],
]
const ormPackages = ['drizzle-orm', 'kysely', 'knex', '@prisma/client', 'typeorm']
const lockFiles: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
]

/** Finds out what a project is made of. @throws FILE_UNREADABLE without a package.json */
export function readProject(folder: string): Project {
  const manifest = manifestIn(folder)
  const has = (name: string): boolean => hasPackage(manifest, name)
  const isThere = (path: string): boolean => existsSync(join(folder, path))
  const framework = frameworkPackages.find(([name]) => has(name))?.[1] ?? 'plain'
  const tsconfig = isThere('tsconfig.json') ? readFileSync(join(folder, 'tsconfig.json'), 'utf8') : ''
  return {
    folder,
    manifest,
    framework,
    orm: ormPackages.find(has) ?? null,
    driver: driverOf(folder, has),
    packageManager: packageManagerOf(folder, manifest) ?? workspaceManagerOf(folder) ?? 'npm',
    isTypeScript: has('typescript') || tsconfig !== '',
    isModule: manifest.type === 'module',
    hasReact: has('react'),
    source: sourceOf(framework, isThere),
    compiler: compilerSettings(tsconfig),
  }
}

/** Checks whether a package.json names a package. */
export function hasPackage({ dependencies, devDependencies }: Manifest, name: string): boolean {
  return dependencies?.[name] !== undefined || devDependencies?.[name] !== undefined
}

/** Lists what is in a folder of the project; nothing if it does not exist. */
export function filesIn(project: Pick<Project, 'folder'>, path: string): readonly string[] {
  const folder = join(project.folder, path)
  return existsSync(folder) ? readdirSync(folder) : []
}

function manifestIn(folder: string): Manifest {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) {
    throw failure(
      'FILE_UNREADABLE',
      `There is no package.json in ${folder}.`,
      'Run this in your project, or `npm init` first.',
    )
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest
  } catch (error) {
    throw failure('FILE_UNREADABLE', `package.json cannot be read: ${(error as Error).message}.`)
  }
}

function driverOf(folder: string, has: (name: string) => boolean): Driver | null {
  if (has('pg') || has('@neondatabase/serverless')) return 'pg'
  if (has('postgres')) return 'postgres'
  if (has('@electric-sql/pglite')) return 'pglite'
  const schema = join(folder, 'prisma', 'schema.prisma')
  return existsSync(schema) && /provider\s*=\s*"postgresql"/.test(readFileSync(schema, 'utf8')) ? 'pg' : null
}

function packageManagerOf(folder: string, { packageManager }: Manifest): PackageManager | null {
  const named = lockFiles.find(([, name]) => packageManager?.startsWith(`${name}@`))
  return (named ?? lockFiles.find(([file]) => existsSync(join(folder, file))))?.[1] ?? null
}

// In a workspace the lock file is beside the root of it.
function workspaceManagerOf(folder: string): PackageManager | null {
  const parent = dirname(folder)
  if (parent === folder) return null
  const manifest = existsSync(join(parent, 'package.json')) ? manifestIn(parent) : {}
  const isRoot = manifest.workspaces !== undefined || existsSync(join(parent, 'pnpm-workspace.yaml'))
  return isRoot ? packageManagerOf(parent, manifest) : workspaceManagerOf(parent)
}

function sourceOf(framework: Framework, isThere: (path: string) => boolean): string {
  if (framework === 'sveltekit') return 'src/'
  if (framework === 'next') return isThere('src/app') || (isThere('src/pages') && !isThere('app')) ? 'src/' : ''
  return isThere('src') ? 'src/' : ''
}
