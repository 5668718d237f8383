import { ago, exactly } from '../words.js'

/** An instant, relative to now, in few letters where there is little room; the exact one is its title. */
export function Moment({ at }: { at: string | null }) {
  if (at === null) return <span className="text-n8">–</span>
  return (
    <time dateTime={at} title={exactly(at)} className="whitespace-nowrap">
      <span className="hidden sm:inline">{ago(at)}</span>
      <span className="sm:hidden">{ago(at, 'narrow')}</span>
    </time>
  )
}
