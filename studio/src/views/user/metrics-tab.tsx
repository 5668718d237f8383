import { Gauge } from 'lucide-react'
import { type Answered, at } from '../../api.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { PagedTable, usePages } from '../../parts/paged-table.js'
import { Empty } from '../../parts/states.js'

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
          <Empty icon={Gauge} title="No metric yet">
            Each appears with the first completion that it counts.
          </Empty>
        }
        columns={[
          {
            name: 'Metric',
            className: 'w-full',
            cell: ({ metric }) => (
              <code className="font-mono text-xs" title={metric}>
                {metric}
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
