import { type AnchorHTMLAttributes, type MouseEvent, type ReactNode, useEffect, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

/** Goes to a page of this app. */
export function go(path: string): void {
  history.pushState(null, '', path)
  for (const hear of listeners) hear()
  window.scrollTo(0, 0)
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true })
}

/** Tells which page is asked for. */
export function usePath(): string {
  return useSyncExternalStore(listen, () => location.pathname)
}

function listen(hear: () => void): () => void {
  listeners.add(hear)
  addEventListener('popstate', hear)
  return () => {
    listeners.delete(hear)
    removeEventListener('popstate', hear)
  }
}

/** Names the page in the window's title. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Milepost Academy' : `${title} · Milepost Academy`
  }, [title])
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly to: string; readonly children: ReactNode }

/** Leads to a page of this app; a new tab, a copied address and the middle button work as with any link. */
export function Link({ to, children, ...rest }: LinkProps): ReactNode {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return
    event.preventDefault()
    go(to)
  }
  const isHere = usePath() === to
  return (
    <a href={to} onClick={follow} aria-current={isHere ? 'page' : undefined} {...rest}>
      {children}
    </a>
  )
}
