import { useQuery } from '@tanstack/react-query'
import { type Answered, at, call } from '../../api.js'
import { FiguresTable } from '../../parts/figures-table.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { Loaded } from '../../parts/states.js'
import { counted } from '../../words.js'
import { Heatmap, pauseWords } from './heatmap.js'
import type { ManualAction } from './manual-action.js'
import { Pauses } from './pauses.js'

type Calendar = Answered<'getUserCalendar'>
type CalendarProps = { readonly userId: string; readonly onAction: (action: ManualAction) => void }

/** A user's local days over a year, zones and pauses. */
export function CalendarTab({ userId, onAction }: CalendarProps) {
  const calendar = useQuery({
    queryKey: ['calendar', userId],
    queryFn: ({ signal }) => call<'getUserCalendar'>(`GET ${at`/v1/studio/users/${userId}/calendar`}`, { signal }),
  })
  return (
    <Loaded of={calendar}>
      {data => (
        <>
          <Days data={data} />
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Zones data={data} />
            <Pauses userId={userId} today={data.today} onAction={onAction} />
          </div>
        </>
      )}
    </Loaded>
  )
}

function Days({ data }: { data: Calendar }) {
  const total = data.days.reduce((sum, day) => sum + day.count, 0)
  return (
    <Section title={`${counted(total, 'completion')} on ${counted(data.days.length, 'day')} of the last year.`}>
      <Heatmap data={data} />
      <FiguresTable summary="Days as a table" label="Days" heads={['Day', 'Completions']} figures={figuresOf(data)} />
    </Section>
  )
}

function figuresOf({ days, pausedDays }: Calendar): { name: string; value: number }[] {
  const counts = new Map(days.map(({ day, count }) => [day, count]))
  const words = pauseWords(pausedDays)
  const listed = [...new Set([...counts.keys(), ...words.keys()])].sort().reverse()
  return listed.map(day => {
    const pause = words.get(day)
    return { name: pause ? `${day}, ${pause}` : day, value: counts.get(day) ?? 0 }
  })
}

function Zones({ data: { timeZone, zones } }: { data: Calendar }) {
  return (
    <Section title="Time zones">
      <ul className="flex flex-col gap-1">
        {zones.length === 0 && (
          <li className="flex flex-wrap justify-between gap-x-3">
            <span>{timeZone}</span>
            <span className="text-n8">as none was set</span>
          </li>
        )}
        {zones.map(({ zone, since }, i) => (
          <li key={since} className="flex flex-wrap justify-between gap-x-3">
            <span>{zone}</span>
            <span className="text-n8">
              {i === zones.length - 1 && 'from the beginning, set '}
              {i < zones.length - 1 && 'since '}
              <Moment at={since} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
