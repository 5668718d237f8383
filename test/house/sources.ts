import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import ts from 'typescript'

/** Holds one source file, read and parsed. */
export type Source = {
  /** From the root, with `/` on every platform. */
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
  readonly imports: readonly Import[]
}

/** Holds one import, static or dynamic, or a re-export. */
export type Import = {
  readonly specifier: string
  /** The imported file's path from the root where the specifier is relative. */
  readonly target: string | undefined
  readonly isTypeOnly: boolean
  readonly line: number
}

const sourceFile = /\.(ts|tsx|mts|mjs)$/
const notOurs = /(^|\/)(node_modules|dist|coverage)\/|\.generated\.ts$|\.d\.ts$/

/** Reads the source files below these folders of the root; generated ones and folders that do not exist are left out. */
export function readSources(root: string, folders: readonly string[]): Source[] {
  const paths = folders.flatMap(folder => pathsUnder(root, folder)).sort()
  const known = new Set(paths)
  return paths.map(path => parse(path, readFileSync(join(root, path), 'utf8'), known))
}

/** Says whether a file is a test: those may import and do what the code may not. */
export function isTest({ path }: Source): boolean {
  return /\.(test|test-d|worker)\.tsx?$/.test(path)
}

/** Calls back for every node of a file, outermost first. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, child => visit(child, see))
}

/** Names a node's place as `path:line`, which editors and terminals make a link of. */
export function placeOf({ path, tree }: Source, node: ts.Node): string {
  return `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`
}

function pathsUnder(root: string, folder: string): string[] {
  try {
    const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    const paths = entries.map(entry =>
      relative(root, join(root, folder, entry))
        .split(sep)
        .join('/'),
    )
    return paths.filter(path => sourceFile.test(path) && !notOurs.test(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function parse(path: string, text: string, paths: ReadonlySet<string>): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  visit(tree, node => {
    const found = importOf(node)
    if (!found) return
    const { specifier } = found
    const target = specifier.startsWith('.') ? targetOf(path, specifier, paths) : undefined
    imports.push({ ...found, target, line: tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1 })
  })
  return { path, text, tree, imports }
}

// TypeScript writes `.js` for `.ts` and for `.tsx` alike.
function targetOf(path: string, specifier: string, paths: ReadonlySet<string>): string {
  const target = posix.join(posix.dirname(path), specifier)
  const stem = target.replace(/\.jsx?$/, '')
  return stem === target ? target : paths.has(`${stem}.tsx`) ? `${stem}.tsx` : `${stem}.ts`
}

function importOf(node: ts.Node): { specifier: string; isTypeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, isTypeImport(node.importClause))
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return named(node.moduleSpecifier, isTypeExport(node))
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return named(node.argument.literal, true)
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return node.arguments[0] && named(node.arguments[0], false)
  }
  return undefined
}

function named(specifier: ts.Node, isTypeOnly: boolean): { specifier: string; isTypeOnly: boolean } | undefined {
  return ts.isStringLiteralLike(specifier) ? { specifier: specifier.text, isTypeOnly } : undefined
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const names = clause.namedBindings
  return !clause.name && !!names && ts.isNamedImports(names) && areTypes(names.elements)
}

function isTypeExport({ isTypeOnly, exportClause }: ts.ExportDeclaration): boolean {
  return isTypeOnly || (!!exportClause && ts.isNamedExports(exportClause) && areTypes(exportClause.elements))
}

function areTypes(elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]): boolean {
  return elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly)
}
