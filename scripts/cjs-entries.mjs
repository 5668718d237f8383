import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'
import { root } from './run.mjs'

/**
 * Writes for each entry what CommonJS hosts get: a script that requires the ES module, which Node allows since 20.19, so
 * that a process never has two copies, and types that refer to those of the module.
 *
 * @returns {string[]} the files
 */
export function writeCommonJs() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const entries = Object.values(exports).flatMap(entry => (entry.require?.default.endsWith('.cjs') ? [entry] : []))
  const program = ts.createProgram(
    entries.map(({ types }) => join(root, types)),
    { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, noLib: true, types: [] },
  )
  return entries.flatMap(entry => {
    const files = [join(root, entry.require.default), join(root, entry.require.types)]
    writeFileSync(files[0], `module.exports = require('./${basename(entry.default)}')\n`)
    writeFileSync(files[1], typesFor(program, entry))
    return files
  })
}

function typesFor(program, { types, default: script }) {
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, types)))
  const file = `'./${basename(script)}'`
  const names = checker
    .getExportsOfModule(module)
    .map(symbol => ({ name: symbol.name, ...meaningsOf(checker, symbol) }))
  const typesOnly = names.filter(({ isValue }) => !isValue).map(({ name }) => `  ${name},\n`)
  const values = names.filter(({ isValue }) => isValue).map(declaration => declarationOf(declaration, file))
  return `export type {\n${typesOnly.join('')}} from ${file} with { 'resolution-mode': 'import' }\n${values.join('')}`
}

// A class is a value and a type.
function declarationOf({ name, isType }, file) {
  const origin = `import(${file}, { with: { 'resolution-mode': 'import' } }).${name}`
  return `export declare const ${name}: typeof ${origin}\n${isType ? `export type ${name} = ${origin}\n` : ''}`
}

function meaningsOf(checker, symbol) {
  const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  return { isValue: (flags & ts.SymbolFlags.Value) !== 0, isType: (flags & ts.SymbolFlags.Type) !== 0 }
}
