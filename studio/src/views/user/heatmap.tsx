import type { Answered } from '../../api.js'
import { dayAfter } from '../../days.js'
import { counted } from '../../words.js'

type Calendar = Answered<'getUserCalendar'>
type Square = { readonly day: string; readonly value: number; readonly x: number; readonly y: number }

const weekCount = 53
const step = 16
const side = step - 3
const left = 32
const top = 18
const monthName = new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' })
const weekdayName = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' })

/** Says of each day that a pause touches what is left of it. */
export function pauseWords(pausedDays: Calendar['pausedDays']): ReadonlyMap<string, 'paused' | 'partly paused'> {
  return new Map(pausedDays.map(({ day, isWhole }) => [day, isWhole ? 'paused' : 'partly paused']))
}

// Where there is little room, the latest days show first.
function showEnd(box: HTMLElement | null): void {
  if (box) box.scrollLeft = box.scrollWidth
}

/** A year of days as squares, in columns of weeks. */
export function Heatmap({ data: { today, days, pausedDays } }: { data: Calendar }) {
  const squares = squaresOf(today, days)
  const most = Math.max(1, ...squares.map(({ value }) => value))
  const words = pauseWords(pausedDays)
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll it, for people without a mouse */}
      <section ref={showEnd} aria-label="Days with completions" tabIndex={0} className="overflow-x-auto pb-2">
        <svg
          viewBox={`0 0 ${left + weekCount * step} ${top + 7 * step}`}
          className="w-full max-w-5xl min-w-3xl"
          role="img"
          aria-label="A square a day; see the table below"
        >
          <Names squares={squares} />
          {squares.map(square => {
            const pause = words.get(square.day)
            return (
              <g key={square.day}>
                <title>{`${square.day}: ${[counted(square.value, 'completion'), pause].filter(Boolean).join(', ')}`}</title>
                <Day x={square.x} y={square.y} shade={square.value / most} />
                {pause && <Mark x={square.x} y={square.y} isWhole={pause === 'paused'} />}
              </g>
            )
          })}
        </svg>
      </section>
      {pausedDays.length > 0 && <Legend />}
    </>
  )
}

// Weeks begin on Monday.
function squaresOf(today: string, days: Calendar['days']): readonly Square[] {
  const counts = new Map(days.map(({ day, count }) => [day, count]))
  const weekday = (new Date(`${today}T00:00Z`).getUTCDay() + 6) % 7
  const length = (weekCount - 1) * 7 + weekday + 1
  return Array.from({ length }, (_, i) => {
    const day = dayAfter(today, i + 1 - length)
    return { day, value: counts.get(day) ?? 0, x: left + Math.floor(i / 7) * step, y: top + (i % 7) * step }
  })
}

const shades = [
  'fill-n4',
  'fill-accent-mark/40',
  'fill-accent-mark/60',
  'fill-accent-mark/80',
  'fill-accent-mark',
] as const

function Day({ x, y, shade }: { x: number; y: number; shade: number }) {
  return <rect x={x} y={y} width={side} height={side} rx="3" className={shades[Math.ceil(shade * 4)]} />
}

// All of a paused day is striped, half of one that is paused in part: they differ by more than a colour.
function Mark({ x, y, isWhole }: { x: number; y: number; isWhole: boolean }) {
  const stripes = isWhole ? [5, 9, 13, 17, 21] : [13, 17, 21]
  return (
    <g className="stroke-warn" fill="none" strokeWidth="1.5">
      {isWhole && <rect x={x} y={y} width={side} height={side} rx="3" />}
      {stripes.map(sum => {
        const from = Math.max(0, sum - side)
        const to = Math.min(side, sum)
        return <path key={sum} d={`M${x + from} ${y + sum - from}L${x + to} ${y + sum - to}`} />
      })}
    </g>
  )
}

function Legend() {
  return (
    <p className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-n8">
      {[true, false].map(isWhole => (
        <span key={String(isWhole)} className="inline-flex items-center gap-1.5">
          <svg viewBox={`-1 -1 ${side + 2} ${side + 2}`} className="size-3.5" aria-hidden>
            <Day x={0} y={0} shade={0} />
            <Mark x={0} y={0} isWhole={isWhole} />
          </svg>
          {isWhole ? 'Paused: completions do not count' : 'Partly paused: completions count'}
        </span>
      ))}
    </p>
  )
}

function Names({ squares }: { squares: readonly Square[] }) {
  const months = squares.filter(({ day }, i) => i % 7 === 0 && Number(day.slice(8)) <= 7)
  return (
    <g className="fill-n8 text-[10px]">
      {months.map(({ day, x }) => (
        <text key={day} x={x} y={top - 7}>
          {monthName.format(new Date(`${day}T00:00Z`))}
        </text>
      ))}
      {[0, 2, 4].map(i => (
        <text key={i} x="0" y={top + i * step + 10}>
          {weekdayName.format(new Date(`${squares[i]!.day}T00:00Z`))}
        </text>
      ))}
    </g>
  )
}
