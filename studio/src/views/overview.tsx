import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Award } from 'lucide-react'
import { type Answered, call } from '../api.js'
import { Bars } from '../parts/bars.js'
import { Choice } from '../parts/field.js'
import { keyOf, useLiveAwards } from '../parts/live.js'
import { Moment } from '../parts/moment.js'
import { Figures, Page, Section } from '../parts/page.js'
import { Empty, Loaded } from '../parts/states.js'
import { Stone } from '../parts/stone.js'
import { count, counted, percent } from '../words.js'

type Figured = Answered<'getStudioOverview'>

/** How the app is doing. */
export function Overview() {
  const { days = '30' } = useSearch({ strict: false })
  const navigate = useNavigate()
  const overview = useQuery({
    queryKey: ['overview', days],
    queryFn: ({ signal }) => call<'getStudioOverview'>('GET /v1/studio/overview', { query: { days }, signal }),
  })
  return (
    <Page
      title="Overview"
      lead="Days are in UTC. Figures are up to a minute old; the newest awards come as they happen."
      actions={
        <Choice
          label="Period"
          value={days}
          options={[
            ['7', 'Last 7 days'],
            ['30', 'Last 30 days'],
            ['90', 'Last 90 days'],
          ]}
          onChange={next => void navigate({ to: '.', search: { days: next } })}
        />
      }
    >
      <Loaded of={overview} lines={8}>
        {data => <Charts data={data} />}
      </Loaded>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        {overview.data && <Funnel data={overview.data} />}
        <Newest />
      </div>
    </Page>
  )
}

function Charts({ data }: { data: Figured }) {
  const awardCount = sum(data.days.map(day => day.awardCount))
  const most = data.days.reduce((best, day) => (day.activeCount > best.activeCount ? day : best), data.days[0]!)
  const named = data.days.map(day => ({ ...day, name: shortDay(day.day) }))
  const every = Math.ceil(data.days.length / 7)
  return (
    <>
      <Figures
        of={[
          ['Users', count(data.userCount)],
          ['Badges held', count(data.badgeCount)],
          ['Points', count(data.points)],
          ['Active today', count(data.days.at(-1)!.activeCount)],
        ]}
      />
      <div className="grid gap-4 lg:grid-cols-2">
        <div className="panel min-w-0 p-4">
          <Bars
            title={
              awardCount === 0
                ? 'No badges in this period.'
                : `${counted(awardCount, 'badge')} in ${data.days.length} days${trend(data)}.`
            }
            label="Badges per day"
            unit="Badges"
            bars={named.map(({ name, awardCount: value }) => ({ name, value }))}
            every={every}
          />
        </div>
        <div className="panel min-w-0 p-4">
          <Bars
            title={
              most.activeCount === 0
                ? 'No active users in this period.'
                : `At most ${counted(most.activeCount, 'user was', 'users were')} active on one day, ${shortDay(most.day)}.`
            }
            label="Active users per day"
            unit="Users"
            bars={named.map(({ name, activeCount: value }) => ({ name, value }))}
            every={every}
          />
        </div>
      </div>
    </>
  )
}

function Funnel({ data: { funnel } }: { data: Figured }) {
  const all = funnel[0]?.count ?? 0
  const holders = funnel[1]?.count ?? 0
  const title = all === 0 ? 'How far users get' : `${percent(holders / all)} of users hold a badge.`
  return (
    <Section title={title}>
      <table className="w-full">
        <caption className="sr-only">How many users got how far</caption>
        <tbody>
          {funnel.map(({ step, count: value }) => (
            <tr key={step}>
              <th scope="row" className="py-1.5 pr-4 text-left font-normal whitespace-nowrap">
                {step}
              </th>
              <td className="hidden w-full py-1.5 sm:table-cell">
                <svg
                  className="block h-4 w-full text-accent-mark"
                  aria-hidden
                  preserveAspectRatio="none"
                  viewBox="0 0 100 4"
                >
                  <rect width="100" height="4" className="fill-n3" />
                  <rect width={all === 0 ? 0 : (value / all) * 100} height="4" fill="currentColor" />
                </svg>
              </td>
              <td className="py-1.5 pl-4 text-right whitespace-nowrap">
                {count(value)}{' '}
                <span className="inline-block w-12 text-n8">{percent(all === 0 ? null : value / all)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function Newest() {
  const stored = useQuery({
    queryKey: ['awards'],
    queryFn: ({ signal }) => call<'listAwards'>('GET /v1/studio/awards', { query: { limit: '12' }, signal }),
  })
  const { awards: live, isLive } = useLiveAwards()
  return (
    <Section
      title="Newest awards"
      isPadded={false}
      actions={
        <span className="tag" role="status">
          <span aria-hidden className={`size-1.5 rounded-full ${isLive ? 'bg-accent-mark' : 'bg-n6'}`} />
          {isLive ? 'Live' : 'Not live'}
        </span>
      }
    >
      <Loaded of={stored} lines={5}>
        {({ awards }) => {
          const known = new Set(live.map(keyOf))
          const shown = [...live, ...awards.filter(award => !known.has(keyOf(award)))].slice(0, 12)
          if (shown.length === 0)
            return (
              <Empty icon={Award} title="No badges yet">
                New awards appear here as they happen.
              </Empty>
            )
          return (
            <ul className="divide-y divide-n4">
              {shown.map(award => (
                <li key={keyOf(award)} className="slide-in flex min-h-10 items-center gap-2.5 px-4 py-1.5">
                  <Stone icon={award.icon} size={24} />
                  <span className="min-w-0 flex-1 sm:truncate">
                    <Link to="/users/$userId" params={{ userId: award.userId }} className="link">
                      {award.userId}
                    </Link>{' '}
                    <span className="text-n8">earned</span>{' '}
                    <Link to="/milestones/$milestoneId" params={{ milestoneId: award.badgeId }} className="link">
                      {award.name}
                    </Link>
                  </span>
                  <span className="text-n8">
                    <Moment at={award.earnedAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Section>
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const shortDay = (name: string): string => day.format(new Date(`${name}T00:00Z`))

// The later half of the time against the earlier one.
function trend({ days }: Figured): string {
  const half = Math.floor(days.length / 2)
  const earlier = sum(days.slice(0, half).map(each => each.awardCount))
  const later = sum(days.slice(-half).map(each => each.awardCount))
  if (earlier === 0 || earlier === later) return ''
  const change = Math.round((later / earlier - 1) * 100)
  return `, ${count(Math.abs(change))} % ${change > 0 ? 'more' : 'fewer'} in the later half`
}
