import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ReactNode, useCallback } from 'react'
import type { Paged } from './pages.js'
import { Failure, Skeleton } from './states.js'
import { type Column, Table } from './table.js'

/** A table that reads on when its end comes into sight. */
export function PagedTable<Page extends Paged, Row>({
  pages,
  rowsOf,
  empty,
  ...table
}: {
  readonly pages: UseInfiniteQueryResult<InfiniteData<Page>>
  readonly rowsOf: (page: Page) => readonly Row[]
  readonly empty: ReactNode
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly isTall?: boolean
}) {
  const { data, error, isFetching, fetchNextPage, hasNextPage, refetch } = pages
  const onEnd = useCallback(() => {
    if (!isFetching) void fetchNextPage()
  }, [isFetching, fetchNextPage])
  if (!data)
    return error ? (
      <div className="p-4">
        <Failure error={error} onRetry={() => refetch()} />
      </div>
    ) : (
      <Skeleton lines={6} />
    )
  const rows = data.pages.flatMap(rowsOf)
  if (rows.length === 0) return <>{empty}</>
  return (
    <>
      <Table {...table} rows={rows} hasMore={hasNextPage && !error} onEnd={onEnd} />
      {error && (
        <div className="p-4">
          <Failure error={error} onRetry={() => fetchNextPage()} />
        </div>
      )}
    </>
  )
}
