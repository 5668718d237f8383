import { count } from '../words.js'

type FiguresTableProps = {
  /** What opens it. */
  readonly summary: string
  readonly label: string
  /** The heads of both columns. */
  readonly heads: readonly [name: string, figure: string]
  readonly figures: readonly { readonly name: string; readonly value: number }[]
}

/** The figures behind a chart, folded away. */
export function FiguresTable({ summary, label, heads, figures }: FiguresTableProps) {
  return (
    <details className="text-xs text-n8">
      <summary className="w-fit">{summary}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll it, for people without a mouse */}
      <section aria-label={label} tabIndex={0} className="mt-2 max-h-60 overflow-auto rounded-md border border-n5">
        <table className="w-full">
          <thead>
            <tr className="text-left">
              <th scope="col" className="px-3 py-1 font-medium">
                {heads[0]}
              </th>
              <th scope="col" className="px-3 py-1 text-right font-medium">
                {heads[1]}
              </th>
            </tr>
          </thead>
          <tbody>
            {figures.map(({ name, value }) => (
              <tr key={name} className="border-t border-n4">
                <td className="px-3 py-1">{name}</td>
                <td className="px-3 py-1 text-right">{count(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
