'use client'
import { type ReactElement, useEffect, useState } from 'react'
import { useMilepost } from './context.js'
import { useProgress } from './hooks.js'
import { dateText, relativeText } from './written.js'

/** Shows an instant as the day first, which the server writes as well, then as far as it is from now; exact when pointed at. */
export function When({ at }: { readonly at: Date }): ReactElement {
  const { locale } = useMilepost()
  const timeZone = useProgress().data?.timeZone ?? 'UTC'
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => setNow(Date.now()), [])
  return (
    <time
      dateTime={at.toISOString()}
      title={dateText(at, { locale, timeZone, isExact: true })}
      suppressHydrationWarning
    >
      {now === null ? dateText(at, { locale, timeZone }) : relativeText(at, now, locale)}
    </time>
  )
}
