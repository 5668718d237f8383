import { type Addition, withImports } from './mount.js'

/** Adds a module to the imports of a module of NestJS. Returns null if it does not find where. */
export function withNestModule(source: string, imports: Addition['imports']): string | null {
  const found = /@Module\(\{\s*imports:\s*\[(\s*)/.exec(source)
  if (!found) return null
  const end = found.index + found[0].length
  const [name] = imports[0]!
  const separator = source[end] === ']' ? '' : `,${found[1] === '' ? ' ' : found[1]}`
  const head = withImports(source.slice(0, found.index), source, imports, /^import .*;$/m.test(source) ? ';' : '')
  return `${head}${found[0]}${name}${separator}${source.slice(end)}`
}
