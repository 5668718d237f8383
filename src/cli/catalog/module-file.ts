import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMilepostError } from '../../core/values/errors.js'
import { unreadable } from './unreadable.js'

type Exports = { readonly catalog?: unknown; readonly default?: unknown }

/** Loads a module in JavaScript or TypeScript and returns the definition of the catalog that it exports. @throws CATALOG_UNREADABLE */
export async function readModule(path: string): Promise<unknown> {
  const { catalog, default: byDefault } = await load(path)
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

async function load(path: string): Promise<Exports> {
  try {
    const file = resolve(path)
    return await (/\.[cm]?ts$/i.test(extname(file)) ? importTypeScript(file) : importNatively(file))
  } catch (error) {
    if (isMilepostError(error)) throw error
    throw unreadable(path, (error as Error).message)
  }
}

async function importNatively(file: string): Promise<Exports> {
  return (await import(pathToFileURL(file).href)) as Exports
}

// Node itself strips types only from 22.18 on, and needs the extension in every import.
async function importTypeScript(file: string): Promise<Exports> {
  const { createJiti } = await import('jiti')
  return createJiti(pathToFileURL(file).href, {
    fsCache: false,
    interopDefault: false,
    tsconfigPaths: true,
  }).import<Exports>(file)
}

// A catalog that another copy of the package has checked is checked again by this one.
function definitionOf(exported: unknown): unknown {
  const { definition, requirements } = (exported ?? {}) as {
    readonly definition?: unknown
    readonly requirements?: unknown
  }
  return definition !== undefined && Array.isArray(requirements) ? definition : exported
}
