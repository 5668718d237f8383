import {
  type InfiniteData,
  type QueryClient,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect } from 'react'
import { call, type OperationId } from '../api.js'

/** A page of a list, and where the next one begins. */
export type Paged = { readonly next: string | null }

/** A list that changed is read again page by page, up to this many pages. */
const refetchedPagesLimit = 5

/** Follows a list by its cursors; reads it again every so often where asked, as long as little of it is shown. */
export function usePages<Page extends Paged>(
  route: string,
  query: Readonly<Record<string, string | undefined>> = {},
  refetchInterval: number | false = false,
): UseInfiniteQueryResult<InfiniteData<Page>> {
  const client = useQueryClient()
  const name = JSON.stringify([route, query])
  // A user who returns starts at the top. Leaving ends what is being read, and that puts back what was there before.
  useEffect(
    () => () => {
      setTimeout(() => shorten(client, JSON.parse(name)))
    },
    [client, name],
  )
  return useInfiniteQuery({
    queryKey: [route, query],
    queryFn: ({ pageParam, signal }) =>
      call<OperationId>(route, {
        query: { limit: '100', ...query, ...(pageParam && { cursor: pageParam }) } as never,
        signal,
      }) as unknown as Promise<Page>,
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: ({ state }) =>
      state.data && state.data.pages.length > refetchedPagesLimit ? false : refetchInterval,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
}

/** Reads again what is shown, after a change. Skips the preview of the change, since its dialog is closing. */
export function refreshPages(client: QueryClient): Promise<void> {
  shorten(client)
  return client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== rehearsalKey })
}

/** How the query of a rehearsal begins. */
export const rehearsalKey = 'rehearsal'

function shorten(client: QueryClient, queryKey: readonly unknown[] = []): void {
  for (const query of client.getQueryCache().findAll({ queryKey })) {
    const data = query.state.data as Partial<InfiniteData<Paged>> | undefined
    if (!data?.pageParams || !data.pages || data.pages.length <= refetchedPagesLimit) continue
    const shortened = {
      pages: data.pages.slice(0, refetchedPagesLimit),
      pageParams: data.pageParams.slice(0, refetchedPagesLimit),
    }
    client.setQueryData(query.queryKey, shortened, { updatedAt: query.state.dataUpdatedAt })
  }
}
