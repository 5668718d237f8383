import { useQuery } from '@tanstack/react-query'
import { type Answered, at, call } from '../../api.js'
import { FiguresTable } from '../../parts/figures-table.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { Loaded } from '../../parts/states.js'
import { counted } from '../../words.js'

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
        <FiguresTable
          summary="Days as a table"
          label="Days"
          heads={['Day', 'Completions']}
          figures={[...data.days].reverse().map(({ day, count: value }) => ({ name: day, value }))}
        />
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

const step = 16
const left = 32
const top = 18
const monthName = new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' })
const weekdayName = new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' })

function Heatmap({ data: { today, days, pauses } }: { data: Calendar }) {
  const counts = new Map(days.map(day => [day.day, day.count]))
  const most = Math.max(1, ...counts.values())
  const last = Date.parse(`${today}T00:00Z`)
  // Weeks begin on Monday.
  const firstDay = last - (((new Date(last).getUTCDay() + 6) % 7) + (weekCount - 1) * 7) * dayMs
  const cells = Array.from({ length: Math.round((last - firstDay) / dayMs) + 1 }, (_, i) => {
    const day = new Date(firstDay + i * dayMs).toISOString().slice(0, 10)
    return { day, value: counts.get(day) ?? 0, x: left + Math.floor(i / 7) * step, y: top + (i % 7) * step }
  })
  const isPaused = (day: string): boolean =>
    pauses.some(({ from, until }) => from.slice(0, 10) <= day && day < until.slice(0, 10))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keys
    <section aria-label="Days with completions" tabIndex={0} className="overflow-x-auto pb-2">
      <svg
        viewBox={`0 0 ${left + weekCount * step} ${top + 7 * step}`}
        className="w-full max-w-5xl min-w-3xl"
        role="img"
        aria-label="A square a day; see the table below"
      >
        <Names cells={cells} />
        {cells.map(({ day, value, x, y }) => (
          <rect
            key={day}
            x={x}
            y={y}
            width={step - 3}
            height={step - 3}
            rx="3"
            className={`${shades[value === 0 ? 0 : Math.ceil((value / most) * 4)]} ${isPaused(day) ? 'stroke-warn' : ''}`}
          >
            <title>{`${day}: ${counted(value, 'completion')}${isPaused(day) ? ', paused' : ''}`}</title>
          </rect>
        ))}
      </svg>
    </section>
  )
}

type Cell = { readonly day: string; readonly x: number; readonly y: number }

function Names({ cells }: { cells: readonly Cell[] }) {
  const months = cells.filter(({ day }, i) => i % 7 === 0 && Number(day.slice(8)) <= 7)
  return (
    <g className="fill-n8 text-[10px]">
      {months.map(({ day, x }) => (
        <text key={day} x={x} y={top - 7}>
          {monthName.format(new Date(`${day}T00:00Z`))}
        </text>
      ))}
      {[0, 2, 4].map(i => (
        <text key={i} x="0" y={top + i * step + 10}>
          {weekdayName.format(new Date(`${cells[i]!.day}T00:00Z`))}
        </text>
      ))}
    </g>
  )
}
