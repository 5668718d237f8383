import type { DefaultTheme } from 'vitepress'
import { type SidebarPart, sidebarOrder } from './order.js'

type SidebarItem = DefaultTheme.SidebarItem
type Titles = ReadonlyMap<string, string>

/** Makes the sidebar of the pages that exist. `titles`: the first heading of each page by its place without `.md`. */
export function sidebarOf(titles: Titles): SidebarItem[] {
  return sidebarOrder.flatMap(part => partOf(part, titles))
}

/** Returns the first page of each main part of the sidebar, for the bar at the top. */
export function topLinksOf(titles: Titles): DefaultTheme.NavItemWithLink[] {
  const parts = sidebarOrder.filter(({ isMinor }) => !isMinor).flatMap(part => partOf(part, titles))
  return parts.flatMap(item => {
    const links = linksIn(item)
    const [link] = links
    return link === undefined ? [] : [{ text: item.text!, link, activeMatch: `^(${links.join('|')})$` }]
  })
}

/** The pages that have a place of their own. A page of one part is not found again by the folder of another. */
export const namedPages: ReadonlySet<string> = new Set(sidebarOrder.flatMap(pagesOf))

function pagesOf(item: string | SidebarPart): readonly string[] {
  if (typeof item === 'string') return [item]
  const { page, items = [] } = item
  return [...(page === undefined ? [] : [page]), ...items.flatMap(pagesOf)]
}

function partOf({ title, page, items = [], folder, isCollapsed }: SidebarPart, titles: Titles): SidebarItem[] {
  const heading = page === undefined ? [] : linkTo(page, titles)
  const named = items.flatMap(item => (typeof item === 'string' ? linkTo(item, titles) : partOf(item, titles)))
  const children = [...named, ...pagesIn(folder, titles).flatMap(other => linkTo(other, titles))]
  if (children.length === 0) return heading
  const text = title ?? heading[0]?.text ?? ''
  return [{ ...heading[0], text, items: children, ...(isCollapsed && { collapsed: true }) }]
}

function pagesIn(folder: string | undefined, titles: Titles): readonly string[] {
  if (folder === undefined) return []
  return [...titles.keys()].filter(page => page.startsWith(`${folder}/`) && !namedPages.has(page)).sort()
}

function linkTo(page: string, titles: Titles): SidebarItem[] {
  const text = titles.get(page)
  return text === undefined ? [] : [{ text, link: `/${page.replace(/(^|\/)index$/, '$1')}` }]
}

function linksIn({ link, items = [] }: SidebarItem): readonly string[] {
  return [...(link === undefined ? [] : [link]), ...items.flatMap(linksIn)]
}
