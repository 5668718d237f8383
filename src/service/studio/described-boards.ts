import { type Catalog, parseCatalog } from '../../core/catalog/catalog.js'
import { listNamesIn, withLists } from '../../core/catalog/item-lists.js'
import { textIn } from '../../core/values/text.js'
import { boardText } from '../../core/words/board-text.js'
import type { MilestoneService } from '../calls.js'
import { checkLocale } from '../context/check-given.js'

/** A board of the catalog, and in words what it ranks users by and when it starts again. */
export type DescribedBoard = { readonly id: string; readonly title: string; readonly text: string }

/** Lists the boards of the catalog in effect, in the language of a locale or else of the catalog. */
export async function describeBoards(service: MilestoneService, locale?: string): Promise<DescribedBoard[]> {
  checkLocale(locale)
  const catalog = await readWholeCatalog(service)
  const worded = { locale: catalog.locale, labels: catalog.definition.labels }
  return catalog.boards.map(board => ({
    id: board.id,
    title: textIn(board.title, locale ?? catalog.locale, catalog.locale),
    text: boardText(worded, board, locale),
  }))
}

/** Reads the catalog in effect with the items of its lists, because sentences say how many these are. */
export async function readWholeCatalog(service: MilestoneService): Promise<Catalog> {
  const catalog = parseCatalog((await service.getCatalog()).definition)
  const names = listNamesIn(catalog)
  const lists = await Promise.all(names.map(async name => [name, await service.getItems(name)] as const))
  return withLists(catalog, new Map(lists))
}
