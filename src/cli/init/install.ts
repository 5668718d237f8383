import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { failure } from '../failure.js'
import { installCommands, type PackagesToAdd } from './packages.js'
import type { Project } from './project.js'

/** Installs packages with the package manager of a project. What it prints goes to stderr. @throws INSTALL_FAILED */
export async function installPackages(project: Project, packages: PackagesToAdd, isQuiet: boolean): Promise<void> {
  for (const [manager, ...args] of installCommands(project.packageManager, packages)) {
    const output = isQuiet ? 'ignore' : 2
    const shell = process.platform === 'win32'
    const child = spawn(manager!, args, { cwd: project.folder, stdio: ['ignore', output, output], shell })
    const code = await once(child, 'exit').then(
      ([exitCode]) => exitCode as number | null,
      () => null,
    )
    if (code === 0) continue
    const command = [manager, ...args].join(' ')
    throw failure(
      'INSTALL_FAILED',
      'The files are written, but the packages could not be installed.',
      `Run: ${command}`,
    )
  }
}
