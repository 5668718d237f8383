import { useQuery } from '@tanstack/react-query'
import { type Answered, at, call } from '../../api.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { Loaded } from '../../parts/states.js'
import { count, counted } from '../../words.js'

type Calendar = Answered<'getUserCalendar'>

const dayMs = 86_400_000
const weekCount = 53

/** A user's local days over a year, zones and pauses. */
export function CalendarTab({ userId }: { userId: string }) {
  const calendar = useQuery({
    queryKey: ['calendar', userId],
    queryFn: ({ signal }) => call<'getUserCalendar'>(`GET ${at`/v1/studio/users/${userId}/calendar`}`, { signal }),
  })
  return <Loaded of={calendar}>{data => <Days data={data} />}</Loaded>
}

function Days({ data }: { data: Calendar }) {
  const total = data.days.reduce((sum, day) => sum + day.count, 0)
  return (
    <>
      <Section title={`${counted(total, 'completion')} on ${counted(data.days.length, 'day')} of the last year.`}>
        <Heatmap data={data} />
        <Table days={data.days} />
      </Section>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Section title="Time zones">
          <ul className="flex flex-col gap-1">
            {data.zones.map(({ zone, since }) => (
              <li key={since} className="flex justify-between gap-3">
                <span>{zone}</span>
                <span className="text-n8">
                  since <Moment at={since} />
                </span>
              </li>
            ))}
            <li className="flex justify-between gap-3">
              <span>UTC</span>
              <span className="text-n8">until a zone was set</span>
            </li>
          </ul>
        </Section>
        <Section title="Pauses of streaks">
          {data.pauses.length === 0 && <p className="text-n8">None. Paused days neither break a streak nor count.</p>}
          <ul className="flex flex-col gap-2">
            {data.pauses.map(({ from, until, reason, isForAll }) => (
              <li key={`${from} ${until} ${isForAll}`}>
                {from.slice(0, 10)} to {until.slice(0, 10)} {isForAll && <span className="tag">everybody</span>}
                <p className="text-n8">{reason}</p>
              </li>
            ))}
          </ul>
        </Section>
      </div>
    </>
  )
}

const shades = [
  'fill-n4',
  'fill-accent-mark/40',
  'fill-accent-mark/60',
  'fill-accent-mark/80',
  'fill-accent-mark',
] as const

function Heatmap({ data: { today, days } }: { data: Calendar }) {
  const counts = new Map(days.map(day => [day.day, day.count]))
  const most = Math.max(1, ...counts.values())
  const last = Date.parse(`${today}T00:00Z`)
  // Weeks begin on Monday.
  const firstDay = last - (((new Date(last).getUTCDay() + 6) % 7) + (weekCount - 1) * 7) * dayMs
  const cells = Array.from({ length: Math.round((last - firstDay) / dayMs) + 1 }, (_, i) => {
    const day = new Date(firstDay + i * dayMs).toISOString().slice(0, 10)
    return { day, value: counts.get(day) ?? 0, x: Math.floor(i / 7) * 13, y: (i % 7) * 13 }
  })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keys
    <section aria-label="Days with completions" tabIndex={0} className="overflow-x-auto pb-2">
      <svg width={weekCount * 13} height={7 * 13} role="img" aria-label="A square a day; see the table below">
        {cells.map(({ day, value, x, y }) => (
          <rect
            key={day}
            x={x}
            y={y}
            width="11"
            height="11"
            rx="2"
            className={shades[value === 0 ? 0 : Math.ceil((value / most) * 4)]}
          >
            <title>{`${day}: ${counted(value, 'completion')}`}</title>
          </rect>
        ))}
      </svg>
    </section>
  )
}

function Table({ days }: { days: Calendar['days'] }) {
  return (
    <details className="text-xs text-n8">
      <summary className="w-fit">Days as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keys */}
      <section aria-label="Days" tabIndex={0} className="mt-2 max-h-60 overflow-auto rounded-md border border-n5">
        <table className="w-full">
          <thead>
            <tr className="text-left">
              <th scope="col" className="px-3 py-1 font-medium">
                Day
              </th>
              <th scope="col" className="px-3 py-1 text-right font-medium">
                Completions
              </th>
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map(({ day, count: value }) => (
              <tr key={day} className="border-t border-n4">
                <td className="px-3 py-1">{day}</td>
                <td className="px-3 py-1 text-right">{count(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
