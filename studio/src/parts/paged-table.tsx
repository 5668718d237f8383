import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback } from 'react'
import { call, type OperationId } from '../api.js'
import { Failure, Skeleton } from './states.js'
import { type Column, Table } from './table.js'

type Paged = { readonly next: string | null }

/** Follows a list by its cursors; reads it again every so often where asked. */
export function usePages<Page extends Paged>(
  route: string,
  query: Readonly<Record<string, string | undefined>> = {},
  refetchInterval: number | false = false,
): UseInfiniteQueryResult<InfiniteData<Page>> {
  return useInfiniteQuery({
    queryKey: [route, query],
    queryFn: ({ pageParam, signal }) =>
      call<OperationId>(route, {
        query: { limit: '100', ...query, ...(pageParam && { cursor: pageParam }) } as never,
        signal,
      }) as unknown as Promise<Page>,
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval,
  })
}

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
