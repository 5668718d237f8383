import { type ReactNode, useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useIsDark } from '../theme.js'
import { count } from '../words.js'
import { FiguresTable } from './figures-table.js'

type BarsProps = {
  /** What the chart says, as a sentence. */
  readonly title: ReactNode
  readonly label: string
  readonly unit: string
  readonly bars: readonly { readonly name: string; readonly value: number }[]
  /** Every so many names stand on the axis. */
  readonly every?: number
}

/** Bars with a sentence above and their table below. */
export function Bars({ title, label, unit, bars, every = 1 }: BarsProps) {
  return (
    <figure className="flex min-w-0 flex-col gap-2">
      <figcaption className="font-semibold">{title}</figcaption>
      <Canvas label={label} bars={bars} every={every} />
      <FiguresTable summary="Figures as a table" label={label} heads={[label, unit]} figures={bars} />
    </figure>
  )
}

function Canvas({ label, bars, every }: { label: string; bars: BarsProps['bars']; every: number }) {
  const box = useRef<HTMLDivElement>(null)
  const isDark = useIsDark()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours that are read change with the theme
  useEffect(() => {
    const element = box.current!
    const plot = new uPlot(optionsOf(element, bars, every), dataOf(bars), element)
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      plot.destroy()
    }
  }, [bars, every, isDark])
  return (
    <div ref={box} role="img" aria-label={`${label}: see the table below`} className="h-40 min-w-0 overflow-hidden" />
  )
}

const height = 160
const nameWidth = 46

function dataOf(bars: BarsProps['bars']): uPlot.AlignedData {
  return [bars.map((_, i) => i), bars.map(({ value }) => value)]
}

function optionsOf(element: HTMLElement, bars: BarsProps['bars'], least: number): uPlot.Options {
  // Names need some space between them.
  const every = Math.max(least, Math.ceil((bars.length * nameWidth) / element.clientWidth))
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => resolved(style.getPropertyValue(name))
  const axis = { stroke: colour('--n8'), font: '11px system-ui', ticks: { show: false } }
  return {
    width: element.clientWidth,
    height,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-0.6, bars.length - 0.4] },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        grid: { show: false },
        splits: () => bars.map((_, i) => i).filter(i => (bars.length - 1 - i) % every === 0),
        values: (_, splits) => splits.map(i => bars[i]?.name ?? ''),
      },
      {
        ...axis,
        size: 44,
        space: 36,
        grid: { stroke: colour('--n4'), width: 1 },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7],
        values: (_, splits) => splits.map(count),
      },
    ],
    series: [
      {},
      {
        fill: colour('--accent-mark'),
        stroke: 'transparent',
        paths: uPlot.paths.bars!({ size: [0.7, 40], radius: 0.15 }),
        points: { show: false },
      },
    ],
  }
}

// A canvas takes colours only once light-dark() is decided.
function resolved(value: string): string {
  const probe = document.createElement('span')
  probe.style.color = value
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
