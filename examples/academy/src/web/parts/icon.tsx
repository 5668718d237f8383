import type { ReactNode } from 'react'

/** Draws an icon of the academy in the colour of the text around it. */
export function Icon({ name }: { readonly name: string }): ReactNode {
  const mask = `url("${name}")`
  return <span className="icon" style={{ maskImage: mask, WebkitMaskImage: mask }} aria-hidden="true" />
}
