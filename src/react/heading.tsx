import type { ReactElement, ReactNode } from 'react'

/** Which heading a component has, so that it fits below those of the page; 3 when left out. */
export type HeadingLevel = 2 | 3 | 4 | 5 | 6

/** Puts the title of a component into the outline of the page. */
export function Heading({
  level = 3,
  children,
}: {
  level?: HeadingLevel | undefined
  children: ReactNode
}): ReactElement {
  const Tag = `h${level}` as const
  return (
    <Tag className="mp-title">
      <bdi>{children}</bdi>
    </Tag>
  )
}
