import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Catalog, parseCatalog } from '../../core/catalog/catalog.js'
import { isMilepostError, MilepostError } from '../../core/values/errors.js'
import type { CatalogFault } from '../../core/values/shape-faults.js'
import { readModule } from './module-file.js'
import { type CatalogFile, type PlaceOf, parseJson, parseYaml, type TextPlace } from './text-file.js'
import { unreadable } from './unreadable.js'

/**
 * Reads the definition of a catalog from a file, unchecked: JSON, YAML, or a module in JavaScript or TypeScript that
 * exports the catalog or its definition, as `catalog` or as default export.
 * @throws CATALOG_UNREADABLE; CATALOG_INVALID if the module checks the catalog itself
 */
export async function readCatalogFile(path: string): Promise<CatalogFile> {
  switch (extname(path).toLowerCase()) {
    case '.json':
      return parseJson(path, await textOf(path))
    case '.yaml':
    case '.yml':
      return parseYaml(path, await textOf(path))
    case '.js':
    case '.mjs':
    case '.cjs':
    case '.ts':
    case '.mts':
    case '.cts':
      return { definition: await readModule(path), places: async () => () => null }
    default:
      throw unreadable(path, 'its format is unknown', 'A catalog is a .ts, .js, .json or .yaml file.')
  }
}

/** Reads and checks the catalog of a file. @throws CATALOG_UNREADABLE, CATALOG_INVALID with the line of each fault */
export async function catalogFromFile(path: string): Promise<Catalog> {
  const { definition, places } = await readCatalogFile(path)
  try {
    return parseCatalog(definition)
  } catch (error) {
    if (!isMilepostError(error) || error.code !== 'CATALOG_INVALID') throw error
    throw withPlaces(error, path, await places())
  }
}

function withPlaces(error: MilepostError, file: string, placeOf: PlaceOf): MilepostError {
  const faults = (error.details.faults as readonly CatalogFault[]).map(fault => ({ ...fault, ...placeOf(fault.path) }))
  const lines = faults.map(fault => {
    const { path, problem, fix, line, column } = fault as CatalogFault & Partial<TextPlace>
    const place = line === undefined ? '' : `${file}:${line}:${column} `
    return `  ${place}${path}: ${problem}. ${fix}`
  })
  const [title] = error.message.split('\n')
  return new MilepostError('CATALOG_INVALID', [title, ...lines].join('\n'), { details: { faults } })
}

async function textOf(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '')
  } catch (error) {
    throw unreadable(path, (error as Error).message)
  }
}
