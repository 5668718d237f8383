import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import ts from 'typescript'
import { isTest, placeOf, type Source, visit } from './sources.js'

const lineLimit = 400
const functionLineLimit = 60
const vagueWords = ['util', 'utils', 'helper', 'helpers', 'common', 'lib', 'types', 'misc', 'manager']
const worldlyNames = [
  'Date',
  'Date.now',
  'Math.random',
  'Temporal.Now',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
]
/** The types of Drizzle tables cannot be written down: Drizzle infers them from the columns. */
const inferredTables = ['src/store/schema/drizzle-tables.ts', 'src/store/schema/outgoing-tables.ts']
/** Module-level caches keyed by objects of others, on which nothing can be put, and why each is one. */
const cachesByObject: Readonly<Record<string, string>> = {
  'src/store/database/session-of.ts': 'pools belong to the host',
  'src/store/database/in-turn.ts': 'clients and databases belong to the host',
  'src/store/database/failure.ts': 'errors of the host may be frozen',
  'src/service/read/counts.ts': 'one line for all services of a host’s database',
  'src/react/use-awards.ts': 'an app that shows no awards does not load them',
}
const vagueTypes = ['Place', 'Asked', 'Given', 'Told', 'Said', 'Sent', 'Found', 'Data', 'Info', 'Item']
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** Returns the files that are too long to be one. */
export function tooLongFiles(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const lineCount = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    return lineCount > lineLimit ? [`${path} has ${lineCount} lines: over ${lineLimit}, a file is two files`] : []
  })
}

/** Returns the functions that are too long to be read at once, in the package and in Studio. Functions inside count as part of their outer one. */
export function tooLongFunctions(sources: readonly Source[]): string[] {
  const read = sources.filter(source => /^(studio\/)?src\//.test(source.path) && !isTest(source))
  return findings(read, node => {
    if (!ts.isFunctionLike(node) || !('body' in node && node.body)) return undefined
    const lineCount = node.getText().split('\n').length
    if (lineCount <= functionLineLimit) return undefined
    return `${nameOf(node)} has ${lineCount} lines: over ${functionLineLimit}, a function is two functions`
  })
}

function nameOf({ name, parent }: ts.SignatureDeclaration): string {
  if (name) return name.getText()
  const isNamed = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
  return isNamed ? parent.name.getText() : 'a function'
}

/** Returns the files and folders whose name says nothing, or is not in kebab-case. */
export function vagueNames(sources: readonly Source[]): string[] {
  const names = sources.flatMap(({ path }) =>
    path.split('/').map((name, i, all) => [name, all.slice(0, i + 1).join('/')]),
  )
  const faults = names.flatMap(([name, path]) => {
    const stem = name!.replace(/\..*$/, '')
    const vague = stem.split('-').find(word => vagueWords.includes(word))
    if (vague) return [`${path}: "${vague}" says nothing; name the noun or verb it holds`]
    return kebabCase.test(stem) ? [] : [`${path}: names are in kebab-case`]
  })
  return [...new Set(faults)]
}

/** Returns module-level state that is keyed by objects and so hidden from types, unless it has a reason. */
export function hiddenState(sources: readonly Source[]): string[] {
  return shipped(sources).flatMap(source => {
    if (source.path in cachesByObject) return []
    return source.tree.statements
      .filter(ts.isVariableStatement)
      .flatMap(statement =>
        statement.declarationList.declarations.flatMap(({ initializer }) =>
          initializer && ts.isNewExpression(initializer) && /^Weak(Set|Map)$/.test(initializer.expression.getText())
            ? [`${placeOf(source, statement)}: state in a ${initializer.expression.getText()}; let the object carry it`]
            : [],
        ),
      )
  })
}

/** Returns the types at the top level of a file whose name says nothing. */
export function vagueTypeNames(sources: readonly Source[]): string[] {
  return shipped(sources).flatMap(source =>
    source.tree.statements
      .filter(statement => ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement))
      .filter(({ name }) => vagueTypes.includes(name.text))
      .map(statement => `${placeOf(source, statement)}: the type ${statement.name.text} says nothing; name what it is`),
  )
}

/** Returns the exported types that shadow a name of the platform: an editor would complete the wrong one. */
export function shadowingTypes(sources: readonly Source[]): string[] {
  const known = platformNames()
  return shipped(sources).flatMap(source =>
    source.tree.statements
      .filter(statement => ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement))
      .filter(statement => hasModifier(statement, ts.SyntaxKind.ExportKeyword) && known.has(statement.name.text))
      .map(statement => `${placeOf(source, statement)}: ${statement.name.text} shadows a name of the platform`),
  )
}

function platformNames(): ReadonlySet<string> {
  const require = createRequire(import.meta.url)
  const declared = ['dom', 'es5', 'es2015.collection', 'es2015.promise'].flatMap(lib => {
    const text = readFileSync(require.resolve(`typescript/lib/lib.${lib}.d.ts`), 'utf8')
    return [...text.matchAll(/^(?:declare )?(?:interface|type|var|function|namespace) (\w+)/gm)]
  })
  return new Set(declared.map(([, name]) => name!))
}

/** Returns where code asks for the place it stands at: bundled, it stands elsewhere, and so do the files beside it. */
export function placesOfCode(sources: readonly Source[]): string[] {
  const bundled = shipped(sources).filter(({ path }) => path.startsWith('src/') && !path.startsWith('src/cli/'))
  return findings(bundled, node => {
    const isPlace =
      ts.isMetaProperty(node) || (ts.isIdentifier(node) && /^(__dirname|__filename|createRequire)$/.test(node.text))
    return isPlace ? `${node.getText()}: a bundler moves this file; make what it reads a module` : undefined
  })
}

/** Returns the default exports: everything is imported by the name that it has. */
export function defaultExports(sources: readonly Source[]): string[] {
  return findings(shipped(sources), node => {
    const isDefault = ts.canHaveModifiers(node) && hasModifier(node, ts.SyntaxKind.DefaultKeyword)
    return isDefault || (ts.isExportAssignment(node) && !node.isExportEquals) ? 'export by name' : undefined
  })
}

/** Returns where core reads a clock, chance or the world: these are passed in. */
export function impurities(sources: readonly Source[]): string[] {
  const core = shipped(sources).filter(({ path }) => path.startsWith('src/core/'))
  return findings(core, node => {
    if (ts.isNewExpression(node)) return isNow(node) ? 'core has no clock: pass the time in' : undefined
    const name = ts.isPropertyAccessExpression(node) ? node.getText() : bareCall(node)
    return name !== undefined && isOfTheWorld(name) ? `${name}: core is pure, pass it in` : undefined
  })
}

/** Returns where code outside the command reads the environment, prints or ends the process. */
export function worldlyDealings(sources: readonly Source[]): string[] {
  const outside = shipped(sources).filter(({ path }) => !path.startsWith('src/cli/'))
  return findings(outside, node => {
    if (!ts.isPropertyAccessExpression(node)) return undefined
    const isWorldly = /^(console\.|process\.(env|argv|exit|exitCode|stdout|stderr|stdin)$)/.test(node.getText())
    return isWorldly ? `${node.getText()}: only src/cli reads the environment, prints and exits` : undefined
  })
}

/** Returns the SQL that stands outside the store. */
export function strayQueries(sources: readonly Source[]): string[] {
  const outside = shipped(sources).filter(({ path }) => !path.startsWith('src/store/'))
  return findings(outside, node => {
    if (!ts.isTaggedTemplateExpression(node)) return undefined
    return /^sql\b/.test(node.tag.getText()) ? 'SQL is written in src/store' : undefined
  })
}

/** Returns what entry files (src/*.ts) do beyond handing on names. */
export function busyEntryFiles(sources: readonly Source[]): string[] {
  const entries = shipped(sources).filter(({ path }) => /^src\/[^/]+$/.test(path))
  return entries.flatMap(source =>
    source.tree.statements.flatMap(statement => {
      const isName = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
      const isValue = ts.isVariableStatement(statement) && hasModifier(statement, ts.SyntaxKind.ExportKeyword)
      return isName || isValue
        ? []
        : [`${placeOf(source, statement)}: an entry file hands names on; what does work has a folder`]
    }),
  )
}

/** Returns the exported functions whose return type has to be guessed. */
export function missingReturnTypes(sources: readonly Source[]): string[] {
  return shipped(sources).flatMap(source =>
    source.tree.statements
      .flatMap(exportedFunctions)
      .filter(node => !node.type && !inferredTables.includes(source.path))
      .map(node => `${placeOf(source, node)}: an exported function states its return type`),
  )
}

function exportedFunctions(statement: ts.Statement): ts.SignatureDeclaration[] {
  if (!ts.canHaveModifiers(statement) || !hasModifier(statement, ts.SyntaxKind.ExportKeyword)) return []
  if (ts.isFunctionDeclaration(statement)) return [statement]
  if (!ts.isVariableStatement(statement)) return []
  return statement.declarationList.declarations.flatMap(({ type, initializer }) =>
    !type && initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
      ? [initializer]
      : [],
  )
}

function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return ts.getModifiers(node)?.some(modifier => modifier.kind === kind) ?? false
}

function isNow(node: ts.NewExpression): boolean {
  return node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0
}

function bareCall(node: ts.Node): string | undefined {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : undefined
}

function isOfTheWorld(name: string): boolean {
  const isWorldObject = /^(globalThis|performance|crypto|process|console)\./.test(name)
  return isWorldObject || worldlyNames.includes(name)
}

function shipped(sources: readonly Source[]): Source[] {
  return sources.filter(source => source.path.startsWith('src/') && !isTest(source))
}

function findings(sources: readonly Source[], fault: (node: ts.Node) => string | undefined): string[] {
  return sources.flatMap(source => {
    const found: string[] = []
    visit(source.tree, node => {
      const message = fault(node)
      if (message) found.push(`${placeOf(source, node)}: ${message}`)
    })
    return found
  })
}
