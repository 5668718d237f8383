import { writeFileSync } from 'node:fs'
import ts from 'typescript'

/**
 * Takes out of the types in `dist/` what no entry shows, such as functions of inner modules, and with it the imports that
 * only these need.
 *
 * @param {readonly string[]} entries the files of types of the entries
 * @param {string} dist their folder
 * @returns {ReadonlySet<string>} the files of types that are left
 */
export function keepPublicTypes(entries, dist) {
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
  })
  const inDist = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(dist))
  const kept = shownBy(program, new Set(inDist.filter(({ fileName }) => entries.includes(fileName))), new Set(inDist))
  const files = inDist.filter(file => entries.includes(file.fileName) || file.statements.some(each => kept.has(each)))
  for (const file of files) if (!entries.includes(file.fileName)) rewrite(file, kept)
  return new Set(files.map(({ fileName }) => fileName))
}

// Returns the statements, and of imports and exports the names, that the entries show or need.
function shownBy(program, entries, inDist) {
  const checker = program.getTypeChecker()
  const kept = new Set()
  const waiting = []
  const keep = node => {
    if (kept.has(node)) return
    kept.add(node)
    if (ts.isSourceFile(node.parent)) waiting.push(node)
    // Of an import or an export only the names that are needed count, not all that its statement has.
    else if (isName(node)) kept.add(statementOf(node))
    else keep(statementOf(node))
  }
  const keepSymbol = symbol => {
    for (const declaration of symbol.declarations ?? [])
      if (!ts.isSourceFile(declaration) && inDist.has(declaration.getSourceFile())) keep(declaration)
    const source = symbol.flags & ts.SymbolFlags.Alias && checker.getImmediateAliasedSymbol(symbol)
    if (source) keepSymbol(source)
  }
  const visit = node => {
    const named = ts.isImportTypeNode(node) ? node.qualifier : ts.isIdentifier(node) ? node : undefined
    const symbol = named && checker.getSymbolAtLocation(named)
    if (symbol) keepSymbol(symbol)
    ts.forEachChild(node, visit)
  }
  for (const file of inDist) for (const each of file.statements) if (isAlwaysKept(each)) keep(each)
  for (const entry of entries) entry.statements.forEach(keep)
  for (let node = waiting.pop(); node; node = waiting.pop()) visit(node)
  return kept
}

function isName(node) {
  return (
    ts.isImportSpecifier(node) || ts.isExportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node)
  )
}

// What adds to other modules, and what takes everything of another.
function isAlwaysKept(statement) {
  return ts.isModuleDeclaration(statement) || (ts.isExportDeclaration(statement) && !statement.exportClause)
}

function statementOf(node) {
  return ts.isSourceFile(node.parent) ? node : statementOf(node.parent)
}

function rewrite(file, kept) {
  const texts = file.statements.filter(each => kept.has(each)).map(each => textOf(each, file, kept))
  // A file without imports and exports would be no module.
  const text = `${texts.join('').trim()}\n`
  writeFileSync(file.fileName, /^(import|export) /m.test(text) ? text : `${text}export {}\n`)
}

function textOf(statement, file, kept) {
  const names = statement.importClause?.namedBindings ?? statement.exportClause
  if (!names?.elements) return statement.getFullText(file)
  const text = statement.getText(file)
  const left = names.elements.filter(each => kept.has(each)).map(each => each.getText(file))
  const [start, end] = [names.getStart(file), names.getEnd()].map(at => at - statement.getStart(file))
  return `\n${text.slice(0, start)}{ ${left.join(', ')} }${text.slice(end)}`
}
