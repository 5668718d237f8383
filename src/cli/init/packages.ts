import { createRequire } from 'node:module'
import { packageVersion } from '../../core/values/version.generated.js'
import { type Driver, hasPackage, type Manifest, type PackageManager, type Project } from './project.js'
import type { AppScripts } from './scripts.js'

/** Packages to install, as `name@range`. */
export type PackagesToAdd = { readonly needed: readonly string[]; readonly forDevelopment: readonly string[] }

const packageOf: Readonly<Record<Driver, string>> = { pglite: '@electric-sql/pglite', pg: 'pg', postgres: 'postgres' }

/** Lists what a project does not have yet. */
export function packagesFor(project: Project, driver: Driver, added: AppScripts['added']): PackagesToAdd {
  const { isTypeScript, manifest } = project
  const isMissing = (name: string): boolean => !hasPackage(manifest, name)
  const name = packageOf[driver]
  const scripts = { ...manifest.scripts, ...added }
  const withTsx = Object.keys(scripts).filter(script => scripts[script]!.startsWith('tsx '))
  const startsWithTsx = withTsx.some(script => script.startsWith('start'))
  return {
    needed: [
      ...(isMissing('milepost') ? [`milepost@^${packageVersion}`] : []),
      ...(isMissing(name) ? [`${name}@${peerRange(name)}`] : []),
      ...(startsWithTsx && isMissing('tsx') ? ['tsx'] : []),
    ],
    forDevelopment: [
      ...(isTypeScript ? ['@types/node', ...(driver === 'pg' ? ['@types/pg'] : [])] : []),
      ...(withTsx.length > 0 && !startsWithTsx ? ['tsx'] : []),
    ].filter(isMissing),
  }
}

/** Writes the commands that install packages. */
export function installCommands(manager: PackageManager, packages: PackagesToAdd): readonly (readonly string[])[] {
  const verb = manager === 'npm' ? 'install' : 'add'
  const flag = manager === 'npm' ? '--save-dev' : manager === 'bun' ? '--dev' : '-D'
  return [
    ...(packages.needed.length > 0 ? [[manager, verb, ...packages.needed]] : []),
    ...(packages.forDevelopment.length > 0 ? [[manager, verb, flag, ...packages.forDevelopment]] : []),
  ]
}

const runners: Readonly<Record<PackageManager, string>> = {
  npm: 'npx',
  pnpm: 'pnpm exec',
  yarn: 'yarn run',
  bun: 'bunx',
}

/** Writes the command that runs a program of an installed package. */
export function programCommand(manager: PackageManager, command: string): string {
  return `${runners[manager]} ${command}`
}

/** Lists packages with the ranges that a package.json has for them: package managers write other ones than they were given. */
export function packagesIn(
  { dependencies, devDependencies }: Manifest,
  packages: readonly string[],
): readonly string[] {
  return packages.map(each => {
    const name = each.replace(/(?<=.)@.*$/, '')
    return `${name} ${dependencies?.[name] ?? devDependencies?.[name] ?? ''}`.trim()
  })
}

function peerRange(name: string): string {
  const manifest = createRequire(import.meta.url)('milepost/package.json') as {
    readonly peerDependencies: Readonly<Record<string, string>>
  }
  return manifest.peerDependencies[name]!
}
