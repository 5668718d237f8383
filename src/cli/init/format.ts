import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Change } from './change.js'
import { hasPackage, type Project } from './project.js'

/** Formats new files as the project does, if it uses Prettier. Other files may not be formatted yet, and are left alone. */
export async function formatWithPrettier(project: Project, changes: readonly Change[]): Promise<void> {
  const paths = changes.filter(({ status, path }) => status === 'new' && isCode(path)).map(({ path }) => path)
  if (paths.length === 0 || !hasPackage(project.manifest, 'prettier')) return
  try {
    const manifest = createRequire(join(project.folder, 'package.json')).resolve('prettier/package.json')
    const program = join(dirname(manifest), 'bin', 'prettier.cjs')
    await promisify(execFile)(process.execPath, [program, '--write', ...paths], { cwd: project.folder })
  } catch {
    // It is not installed yet, or its configuration fails. The files are right without it.
  }
}

function isCode(path: string): boolean {
  return /\.([cm]?[jt]sx?|svelte)$/.test(path)
}
