import { ago, exactly } from '../words.js'

/** An instant, relative to now; the exact one is its title. */
export function Moment({ at }: { at: string | null }) {
  if (at === null) return <span className="text-n8">–</span>
  return (
    <time dateTime={at} title={exactly(at)} className="whitespace-nowrap">
      {ago(at)}
    </time>
  )
}
