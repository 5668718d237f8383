import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isServedByFramework } from './layout.js'
import type { Project } from './project.js'

/** A project as its package.json will say, and what to tell about that. */
export type ModuleType = {
  readonly project: Project
  /** What is changed, and why. */
  readonly notes: readonly string[]
  /** What to change yourself. */
  readonly manual: readonly string[]
}

/**
 * Makes ES modules of the files of a project in which TypeScript refuses every `import`: `npm init -y` says CommonJS, and
 * `tsc --init` says `verbatimModuleSyntax`. A project that has CommonJS code is told what to change.
 */
export function withModuleType(project: Project): ModuleType {
  const { isTypeScript, isModule, compiler } = project
  const isRefused = isTypeScript && !isModule && compiler.refusesImportsInCommonJs && !isServedByFramework(project)
  if (!isRefused) return { project, notes: [], manual: [] }
  const code = compiler.makesCommonJs ? 'tsconfig.json' : commonJsFile(project.folder)
  if (code === null) return { project: { ...project, isModule: true }, notes: [changed], manual: [] }
  const reason = `Your project is CommonJS (see ${code}), and tsconfig.json has "verbatimModuleSyntax": true. Together they refuse`
  const fix =
    '`import` and `export`, also in the new files (TS1295). In tsconfig.json, set "verbatimModuleSyntax": false.'
  return { project, notes: [], manual: [reason, fix] }
}

const changed =
  'package.json has "type": "module" now: with "verbatimModuleSyntax" of your tsconfig.json, TypeScript refuses `import` in CommonJS (TS1295).'

const commonJs = /\brequire\s*\(|\bmodule\.exports\b|^\s*exports\.|^\s*export\s*=|\b__(?:dirname|filename)\b/m
// Only CommonJS finds files without their ending.
const bareImport = /\bfrom\s*['"]\.{1,2}\/(?:[^'"]*\/)?[^'"./]+['"]/

/** Finds a file that would not work as an ES module. */
function commonJsFile(folder: string): string | null {
  const isCommonJs = (text: string): boolean => commonJs.test(text) || bareImport.test(text)
  const found = codeIn(folder).find(path => isCommonJs(readFileSync(path, 'utf8')))
  return found === undefined ? null : relative(folder, found).replaceAll('\\', '/')
}

// Endings such as `.cjs` say themselves what a file is.
function codeIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(\..*|node_modules|dist|build|coverage)$/.test(entry.name) ? [] : codeIn(path)
    return /(?<!\.d)\.[jt]sx?$/.test(entry.name) ? [path] : []
  })
}
