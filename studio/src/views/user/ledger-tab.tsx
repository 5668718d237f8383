import { useNavigate, useSearch } from '@tanstack/react-router'
import { Coins } from 'lucide-react'
import { type Answered, at } from '../../api.js'
import { Choice } from '../../parts/field.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { PagedTable } from '../../parts/paged-table.js'
import { usePages } from '../../parts/pages.js'
import { Empty } from '../../parts/states.js'
import { count } from '../../words.js'
import { useBalance } from './balance.js'

/** Every gain of a user and its undoing. */
export function LedgerTab({ userId }: { userId: string }) {
  const { currency } = useSearch({ strict: false })
  const pages = usePages<Answered<'listUserLedger'>>(`GET ${at`/v1/studio/users/${userId}/ledger`}`, { currency })
  return (
    <Section
      title="Points and coins, latest first"
      isPadded={false}
      actions={<CurrencyChoice userId={userId} currency={currency} />}
    >
      <PagedTable
        label="Points and coins"
        pages={pages}
        rowsOf={page => page.entries}
        keyOf={entry => JSON.stringify(entry)}
        empty={
          <Empty icon={Coins} title={currency === undefined ? 'No points yet' : `No ${currency} yet`}>
            Each gain and loss appears here with its cause.
          </Empty>
        }
        columns={[
          {
            name: 'Cause',
            className: 'w-full',
            cell: ({ source, category, itemKey, reason }) => (
              <span>
                <span className="text-n8">{sourceText(source, category)}</span> {itemKey}
                {reason && <span className="text-n8">: {reason}</span>}
              </span>
            ),
          },
          {
            name: 'Points',
            isNumber: true,
            cell: ({ points, currency }) => (
              <span className={points < 0 ? 'text-danger' : ''}>
                {points > 0 ? `+${count(points)}` : count(points)}
                {currency && ` ${currency}`}
              </span>
            ),
          },
          {
            name: 'Counts from',
            className: 'max-sm:pr-4',
            isNumber: true,
            cell: ({ at: since }) => <Moment at={since} />,
          },
          {
            name: 'Written',
            className: 'hidden sm:table-cell',
            isNumber: true,
            cell: ({ recordedAt }) => <Moment at={recordedAt} />,
          },
        ]}
      />
    </Section>
  )
}

/** Nothing to choose if the user has no coins, and the catalog none to give. */
function CurrencyChoice({ userId, currency = '' }: { userId: string; currency: string | undefined }) {
  const navigate = useNavigate()
  const names = useBalance(userId).map(([name]) => name)
  if (names.length === 0) return null
  return (
    <Choice
      label="Show"
      value={currency}
      options={[['', 'Points and coins'], ...names.map(name => [name, `Only ${name}`] as const)]}
      onChange={next => void navigate({ to: '.', search: { tab: 'ledger', ...(next !== '' && { currency: next }) } })}
    />
  )
}

function sourceText(source: string, category: string): string {
  if (source === 'badge') return 'Badge'
  if (source === 'adjustment') return 'Adjusted manually'
  if (source === 'spending' || source === 'refund') return source === 'refund' ? 'Refund' : 'Spent'
  return `${source}: ${category}`
}
