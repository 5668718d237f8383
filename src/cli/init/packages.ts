import { createRequire } from 'node:module'
import { packageVersion } from '../../core/values/version.generated.js'
import { type Driver, hasPackage, type PackageManager, type Project } from './project.js'

/** Packages to install, as `name@range`. */
export type PackagesToAdd = { readonly needed: readonly string[]; readonly forDevelopment: readonly string[] }

const packageOf: Readonly<Record<Driver, string>> = { pglite: '@electric-sql/pglite', pg: 'pg', postgres: 'postgres' }

/** Lists what a project does not have yet. */
export function packagesFor(project: Project, driver: Driver): PackagesToAdd {
  const { framework, isTypeScript, manifest } = project
  const isMissing = (name: string): boolean => !hasPackage(manifest, name)
  const name = packageOf[driver]
  const startsTypeScript =
    isTypeScript && !['next', 'sveltekit', 'nest'].includes(framework) && manifest.scripts?.dev === undefined
  return {
    needed: [
      ...(isMissing('milepost') ? [`milepost@^${packageVersion}`] : []),
      ...(isMissing(name) ? [`${name}@${peerRange(name)}`] : []),
    ],
    forDevelopment: [
      ...(isTypeScript ? ['@types/node', ...(driver === 'pg' ? ['@types/pg'] : [])] : []),
      ...(startsTypeScript ? ['tsx'] : []),
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

function peerRange(name: string): string {
  const manifest = createRequire(import.meta.url)('milepost/package.json') as {
    readonly peerDependencies: Readonly<Record<string, string>>
  }
  return manifest.peerDependencies[name]!
}
