import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { Board } from '../../../src/core/catalog/board.js'
import { type Answered, call } from '../api.js'

/** Reads the catalog in effect. */
export function useCatalog(): UseQueryResult<Answered<'getCatalog'>> {
  return useQuery({
    queryKey: ['catalog'],
    queryFn: ({ signal }) => call<'getCatalog'>('GET /v1/catalog', { signal }),
  })
}

/** Reads the boards of the catalog in effect in words. */
export function useBoards(): UseQueryResult<Answered<'listStudioBoards'>> {
  return useQuery({
    queryKey: ['boards'],
    queryFn: ({ signal }) => call<'listStudioBoards'>('GET /v1/studio/boards', { signal }),
  })
}

type Definition = {
  readonly boards?: readonly Board[]
  readonly milestones?: readonly { readonly id: string }[]
}

/** Returns what views need of a catalog as its author wrote it. */
export function definitionOf(catalog: Answered<'getCatalog'> | undefined): Required<Definition> {
  const { boards = [], milestones = [] } = (catalog?.definition ?? {}) as Definition
  return { boards, milestones }
}

/** A milestone or board that needs a list of items. */
export type ListUser = { readonly type: 'milestone' | 'board'; readonly id: string }

/** Finds what of a catalog needs each list of items, by the name of the list. */
export function listUsersOf({ milestones, boards }: Required<Definition>): ReadonlyMap<string, readonly ListUser[]> {
  const users = new Map<string, ListUser[]>()
  const add = (type: ListUser['type'], { id }: { readonly id: string }, value: unknown): void => {
    for (const list of listsIn(value)) users.set(list, [...(users.get(list) ?? []), { type, id }])
  }
  for (const milestone of milestones) add('milestone', milestone, milestone)
  for (const board of boards) add('board', board, board.by)
  return users
}

function listsIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>()
  JSON.stringify(value, (key, inner) => {
    const list = key === 'items' && inner?.list
    if (typeof list === 'string') found.add(list)
    return inner
  })
  return found
}
