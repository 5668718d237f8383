import type { Document, LineCounter, Node, Pair } from 'yaml'
import { unreadable } from './unreadable.js'

/** A place in a text, both counted from 1. */
export type TextPlace = { readonly line: number; readonly column: number }

/** Finds the place of a path such as `milestones[2].reward`; null if the file is a program. */
export type PlaceOf = (path: string) => TextPlace | null

/** A catalog as a file has it, unchecked. */
export type CatalogFile = { readonly definition: unknown; readonly places: () => Promise<PlaceOf> }

/** Parses JSON. @throws CATALOG_UNREADABLE, with the line and column where they are known */
export async function parseJson(path: string, text: string): Promise<CatalogFile> {
  // Every JSON text is YAML too. That parser is slower, so it only looks for the places of faults.
  const parsed = (): Promise<ParsedYaml> => parsedYaml(text)
  try {
    return { definition: JSON.parse(text), places: async () => (await parsed()).placeOf }
  } catch (error) {
    const { document, lines } = await parsed()
    const [first] = document.errors
    throw unreadable(path, `invalid JSON${first ? wordsOfPlace(lines, first.pos[0]) : ''}: ${(error as Error).message}`)
  }
}

/** Parses YAML. @throws CATALOG_UNREADABLE with the line and column of the first fault */
export async function parseYaml(path: string, text: string): Promise<CatalogFile> {
  const { document, lines, placeOf } = await parsedYaml(text)
  return { definition: fromYaml(path, document, lines), places: async () => placeOf }
}

type ParsedYaml = { readonly document: Document.Parsed; readonly lines: LineCounter; readonly placeOf: PlaceOf }

async function parsedYaml(text: string): Promise<ParsedYaml> {
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  const walk = walker(yaml, document)
  const placeOf: PlaceOf = path => {
    const at = walk(keysOf(path))
    return at === undefined ? null : placeAt(lines, at)
  }
  return { document, lines, placeOf }
}

function fromYaml(path: string, document: Document.Parsed, lines: LineCounter): unknown {
  const [first] = document.errors
  if (first) throw unreadable(path, `invalid YAML${wordsOfPlace(lines, first.pos[0])}: ${first.message}`)
  try {
    return document.toJS()
  } catch (error) {
    throw unreadable(path, (error as Error).message)
  }
}

function wordsOfPlace(lines: LineCounter, offset: number): string {
  const { line, column } = placeAt(lines, offset)
  return ` at line ${line}, column ${column}`
}

function placeAt(lines: LineCounter, offset: number): TextPlace {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

// `milestones[2].labels["a b"]` as its keys.
function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(
    ([, index, quoted, name]) => index ?? (quoted === undefined ? name! : (JSON.parse(`"${quoted}"`) as string)),
  )
}

// What is missing has no place of its own, so it is reported where it should be.
function walker(
  { isAlias, isMap, isScalar, isSeq }: typeof import('yaml'),
  document: Document.Parsed,
): (keys: readonly string[]) => number | undefined {
  const step = (node: unknown, key: string): { at: number | undefined; next: unknown } | undefined => {
    if (isMap(node)) {
      const pair = (node.items as readonly Pair[]).find(item => isScalar(item.key) && String(item.key.value) === key)
      return pair && { at: offsetOf(pair.key), next: pair.value }
    }
    const next = isSeq(node) ? node.items[Number(key)] : undefined
    return next === undefined ? undefined : { at: offsetOf(next), next }
  }
  return keys => {
    let at = offsetOf(document.contents)
    let node: unknown = document.contents
    for (const key of keys) {
      const found = step(isAlias(node) ? node.resolve(document) : node, key)
      if (!found) break
      at = found.at ?? at
      node = found.next
    }
    return at
  }
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0]
}
