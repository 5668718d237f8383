import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'

/** A column: its name, and its content for a row. `className` also decides where it shows. */
export type Column<Row> = {
  readonly name: string
  readonly cell: (row: Row) => ReactNode
  readonly isNumber?: boolean
  readonly className?: string
}

type TableProps<Row> = {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Called when the last rows come into sight. */
  readonly onEnd?: (() => void) | undefined
  readonly hasMore?: boolean
  readonly isTall?: boolean
}

const rowHeight = 40

/** A table of any length: only the rows in sight are in the page. */
export function Table<Row>({ label, columns, rows, keyOf, onEnd, hasMore, isTall = true }: TableProps<Row>) {
  const box = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    initialRect: { width: 800, height: 800 },
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (hasMore && last >= rows.length - 10) onEnd?.()
  }, [hasMore, last, rows.length, onEnd])
  const above = items[0]?.start ?? 0
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    <section
      ref={box}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll it, for people without a mouse
      tabIndex={0}
      className={`overflow-auto ${isTall ? 'max-h-[calc(100dvh-12rem)]' : 'max-h-96'}`}
    >
      <table
        className={`w-full border-separate border-spacing-0 ${hasMore ? '' : '[&_tbody_tr:last-child_td]:border-b-0'}`}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
      >
        <TableHead columns={columns} />
        <tbody>
          <Spacer height={above} span={columns.length} />
          {items.map(({ index }) => (
            <TableRow key={keyOf(rows[index]!)} index={index} row={rows[index]!} columns={columns} />
          ))}
          <Spacer height={below} span={columns.length} />
        </tbody>
      </table>
      {hasMore && <p className="px-4 py-2 text-xs text-n8">Loading more…</p>}
    </section>
  )
}

type ColumnsProps<Row> = { readonly columns: readonly Column<Row>[] }

function TableHead<Row>({ columns }: ColumnsProps<Row>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(({ name, isNumber, className = '' }) => (
          <th
            key={name}
            scope="col"
            className={`sticky top-0 z-10 h-9 border-b border-n5 bg-n2 px-2 text-xs font-medium whitespace-nowrap text-n8 first:pl-4 last:pr-4 sm:px-3 ${isNumber ? 'text-right' : 'text-left'} ${className}`}
          >
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function TableRow<Row>({ index, row, columns }: ColumnsProps<Row> & { readonly index: number; readonly row: Row }) {
  // The head is the first row.
  return (
    <tr aria-rowindex={index + 2} className="group hover:bg-n3">
      {columns.map(({ name, cell, isNumber, className = '' }) => (
        <td
          key={name}
          className={`h-10 max-w-0 truncate border-b border-n4 px-2 first:pl-4 last:pr-4 sm:px-3 ${isNumber ? 'w-px max-w-none text-right' : ''} ${className}`}
        >
          {cell(row)}
        </td>
      ))}
    </tr>
  )
}

function Spacer({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  )
}
