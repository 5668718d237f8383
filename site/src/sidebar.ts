import type { DefaultTheme } from 'vitepress'
import { type SidebarPart, sidebarOrder } from './order.js'

type SidebarItem = DefaultTheme.SidebarItem

/** Makes the sidebar of the pages that exist. `titles`: the first heading of each page by its place without `.md`. */
export function sidebarOf(titles: ReadonlyMap<string, string>): SidebarItem[] {
  return sidebarOrder.flatMap(part => itemsOf(part, titles))
}

/** Returns the first page of each part of the sidebar, for the bar at the top. */
export function topLinksOf(titles: ReadonlyMap<string, string>): DefaultTheme.NavItemWithLink[] {
  return sidebarOf(titles).flatMap(item => {
    const link = firstLink(item)
    return link === undefined ? [] : [{ text: item.text!, link }]
  })
}

// A page that has a place in one part is not found again by the folder of another.
const named: ReadonlySet<string> = new Set(sidebarOrder.flatMap(pagesOf))

function pagesOf({ pages = [], parts = [] }: SidebarPart): readonly string[] {
  return [...pages, ...parts.flatMap(pagesOf)]
}

function itemsOf(
  { title, pages = [], folder, parts = [] }: SidebarPart,
  titles: ReadonlyMap<string, string>,
): SidebarItem[] {
  const titleOf = (page: string): string => titles.get(page)!
  const found = folder === undefined ? [] : [...titles.keys()].filter(page => page.startsWith(`${folder}/`))
  const others = found.filter(page => !named.has(page)).sort((a, b) => titleOf(a).localeCompare(titleOf(b), 'en'))
  const links = [...pages.filter(page => titles.has(page)), ...others].map(page => ({
    text: titleOf(page),
    link: `/${page.replace(/(^|\/)index$/, '$1')}`,
  }))
  const items = [...links, ...parts.flatMap(part => itemsOf(part, titles))]
  return items.length === 0 ? [] : [{ text: title, items }]
}

function firstLink({ link, items = [] }: SidebarItem): string | undefined {
  if (link !== undefined) return link
  for (const item of items) {
    const found = firstLink(item)
    if (found !== undefined) return found
  }
  return undefined
}
