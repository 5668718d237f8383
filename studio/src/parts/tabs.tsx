import { Link } from '@tanstack/react-router'

// On narrow screens the current tab may be outside the visible area.
function showTab(tab: HTMLElement | null): void {
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

/** Tabs that are addresses. */
export function Tabs({
  label,
  tabs,
  active,
}: {
  label: string
  tabs: readonly (readonly [string, string])[]
  active: string
}) {
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto border-b border-n5 px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-4">
        {tabs.map(([id, name]) => (
          <li key={id}>
            <Link
              to="."
              search={previous => ({ ...previous, tab: id })}
              aria-current={id === active ? 'page' : undefined}
              ref={id === active ? showTab : null}
              className="inline-flex h-9 items-center border-b-2 border-transparent whitespace-nowrap text-n8 transition-colors duration-150 hover:text-n10 aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-n10"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
