import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folders = ['', 'milepost', 'src', 'src/milepost', 'src/lib/server', 'src/lib/server/milepost']
const endings = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml']
const usualFiles = folders.flatMap(folder => endings.map(ending => join(folder, `catalog.${ending}`)))

/** Finds the catalog file of a project at one of the usual places; its path is from the folder of the project. */
export function usualCatalogFile(folder: string): string | undefined {
  return usualFiles.find(path => existsSync(join(folder, path)))
}
