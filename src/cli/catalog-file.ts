import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMilepostError } from '../core/values/errors.js'
import { failure } from './failure.js'

/**
 * Reads the definition of a catalog from a file, unchecked: JSON, or a module that exports the catalog or its
 * definition, as `catalog` or as default export.
 * @throws CATALOG_UNREADABLE; CATALOG_INVALID if the module checks the catalog itself
 */
export async function readCatalogFile(path: string): Promise<unknown> {
  switch (extname(path).toLowerCase()) {
    case '.json':
      return fromJson(path)
    case '.js':
    case '.mjs':
    case '.cjs':
      return fromModule(path)
    case '.yaml':
    case '.yml':
      throw unreadable(
        path,
        'YAML is not read',
        'Convert it to JSON, or export it from a module with the parser you have.',
      )
    case '.ts':
    case '.mts':
      throw unreadable(path, 'TypeScript files are not supported', 'Compile it first and pass the .js file.')
    default:
      throw unreadable(path, 'what it holds is unknown', 'A catalog is a .json, .js or .mjs file.')
  }
}

async function fromJson(path: string): Promise<unknown> {
  try {
    return JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''))
  } catch (error) {
    throw unreadable(path, (error as Error).message)
  }
}

async function fromModule(path: string): Promise<unknown> {
  const { catalog, default: byDefault } = await importModule(path)
  const exported = catalog ?? (byDefault as Exports | undefined)?.catalog ?? byDefault
  if (exported === undefined) {
    throw unreadable(
      path,
      'it exports neither `catalog` nor a default',
      'Write `export const catalog = defineCatalog({ … })`.',
    )
  }
  return definitionOf(exported)
}

type Exports = { readonly catalog?: unknown; readonly default?: unknown }

async function importModule(path: string): Promise<Exports> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Exports
  } catch (error) {
    if (isMilepostError(error)) throw error
    throw unreadable(path, (error as Error).message)
  }
}

// A catalog that another copy of the package has checked is checked again by this one.
function definitionOf(exported: unknown): unknown {
  const { definition, requirements } = (exported ?? {}) as {
    readonly definition?: unknown
    readonly requirements?: unknown
  }
  return definition !== undefined && Array.isArray(requirements) ? definition : exported
}

function unreadable(path: string, why: string, hint: string | null = null): Error {
  return failure('CATALOG_UNREADABLE', `${path} cannot be read as a catalog: ${why}.`, hint)
}
