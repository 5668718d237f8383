import type { ReactNode } from 'react'

type MeterProps = { readonly label: string; readonly value: number; readonly most: number }

/** Shows how far something is, in one bar. */
export function Meter({ label, value, most }: MeterProps): ReactNode {
  const ratio = most > 0 ? Math.min(1, value / most) : 0
  return (
    <div
      className="meter"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={Math.min(value, most)}
    >
      <span style={{ transform: `scaleX(${ratio})` }} />
    </div>
  )
}
