import { Gauge } from 'lucide-react'
import { type Answered, at } from '../../api.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { PagedTable } from '../../parts/paged-table.js'
import { usePages } from '../../parts/pages.js'
import { Empty } from '../../parts/states.js'

// A name says what is counted: a kind, and a category or a list of all that narrows it.
function readable(metric: string): string {
  const [, kind = '', list = ''] = /^([a-z-]+):(\[.*\])$/.exec(metric) ?? []
  if (list === '') return metric
  const [categories, ...rest] = JSON.parse(list) as readonly unknown[]
  const of = Array.isArray(categories) ? categories.join(' or ') : String(categories)
  return [`${kind}: ${of}`, ...rest.filter(part => part !== null).map(flat)].join(' · ')
}

function flat(part: unknown): string {
  return Array.isArray(part) ? part.map(flat).join(' ') : String(part)
}

/** The numbers that are kept of a user. */
export function MetricsTab({ userId }: { userId: string }) {
  const pages = usePages<Answered<'listUserMetrics'>>(`GET ${at`/v1/studio/users/${userId}/metrics`}`)
  return (
    <Section title="Metrics that requirements compare with their targets" isPadded={false}>
      <PagedTable
        label="Metrics"
        pages={pages}
        rowsOf={page => page.metrics}
        keyOf={({ metric }) => metric}
        empty={
          <Empty icon={Gauge} title="No metrics yet">
            A metric appears with the first completion it counts.
          </Empty>
        }
        columns={[
          {
            name: 'Metric',
            className: 'w-full',
            cell: ({ metric }) => (
              <code className="font-mono text-xs" title={metric}>
                {readable(metric)}
              </code>
            ),
          },
          { name: 'Value', isNumber: true, cell: ({ value }) => value },
          { name: 'Latest', isNumber: true, cell: ({ lastAt }) => <Moment at={lastAt} /> },
        ]}
      />
    </Section>
  )
}
