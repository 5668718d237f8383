'use client'
import { useEffect, useMemo } from 'react'
import type { CatalogNames, IdOf, MilestoneIdOf, TraitsOf, UnlockOf } from '../client/catalog-names.js'
import type { Explanation } from '../core/explain/explanation.js'
import type { NextMilestone } from '../core/progress/what-next.js'
import type { Balance } from '../service/coins/balance.js'
import type { UserProgress } from '../service/read/progress.js'
import type { StatisticsPage } from '../service/read/statistics.js'
import type { TextsContext } from './context.js'
import { useMilepost } from './context.js'
import { type MilestoneView, viewsOf } from './milestone-view.js'
import { holds, type LeaderboardOptions, type LeaderboardView, readPlaces } from './places.js'
import { type Query, useQuery } from './use-query.js'

/** The progress of the user. Updates live, unless the provider has `live={false}`. */
export function useProgress<C extends CatalogNames = CatalogNames>(): Query<
  UserProgress<MilestoneIdOf<C>, UnlockOf<C>, TraitsOf<C>>
> {
  return useQuery('progress', ({ client, userId, locale }) => client.getUserProgress(userId, { locale })) as Query<
    UserProgress<MilestoneIdOf<C>, UnlockOf<C>, TraitsOf<C>>
  >
}

/** Reads the catalog's milestones with how far the user is; hidden ones as null. */
export function useMilestones<C extends CatalogNames = CatalogNames>(): Query<readonly (MilestoneView<C> | null)[]> {
  const progress = useProgress()
  const list = useQuery('milestones', async ({ client, locale }) => client.getAllMilestones({ locale }))
  const data = useMemo(
    () => (progress.data && list.data ? viewsOf(progress.data, list.data) : undefined),
    [progress.data, list.data],
  )
  return {
    data: data as readonly (MilestoneView<C> | null)[] | undefined,
    error: progress.error ?? list.error,
    isOffline: progress.isOffline || list.isOffline,
    isLoading: progress.isLoading || list.isLoading,
    reload: () => {
      progress.reload()
      list.reload()
    },
  }
}

/** One milestone with the progress of the user. `data` is null if it does not exist or is hidden. */
export function useMilestone<C extends CatalogNames = CatalogNames>(id: IdOf<C>): Query<MilestoneView<C> | null> {
  const all = useMilestones<C>()
  return { ...all, data: all.data && (all.data.find(view => view?.id === id) ?? null) }
}

/** Whether a badge of the user unlocks a feature. `undefined` while loading. */
export function useUnlock<C extends CatalogNames = CatalogNames>(unlock: UnlockOf<C>): boolean | undefined {
  return useProgress<C>().data?.unlocks.includes(unlock)
}

/** Reads the leaderboard, and the user's own place. */
export function useLeaderboard(options: LeaderboardOptions = {}): Query<LeaderboardView> {
  const { store, userId } = useMilepost()
  const asked = JSON.stringify(options)
  const key = asked === '{}' ? 'leaderboard' : `leaderboard ${asked}`
  const query = useQuery(key, context => readPlaces(context, options))
  const { data } = query
  // The page that the server rendered with comes from the API, without the user's own place.
  const isPart = data && !data.own && !holds(data.entries, userId)
  useEffect(() => {
    if (isPart) store.refresh(key)
  }, [isPart, store, key])
  return { ...query, data: data && { ...data, own: data.own ?? [] } }
}

/** Reads how many coins the user has, by currency. After a purchase, call `reload`. */
export function useBalance(): Query<Balance> {
  return useQuery('balance', ({ client, userId }) => client.getBalance(userId))
}

/** Explains why the user has a badge, or does not have it yet. `data` is null if the milestone does not exist or is hidden. */
export function useExplanation<C extends CatalogNames = CatalogNames>(
  id: IdOf<C>,
): Query<Explanation<MilestoneIdOf<C>> | null> {
  return useQuery(`explanation ${id}`, ({ client, userId, locale }) =>
    client.explain(userId, id, { locale, limit: 0 }).catch(error => {
      if (error.code === 'MILESTONE_NOT_FOUND') return null
      throw error
    }),
  ) as Query<Explanation<MilestoneIdOf<C>> | null>
}

/** The next step towards each milestone, as a sentence. */
export function useWhatNext<C extends CatalogNames = CatalogNames>(): Query<
  readonly NextMilestone<MilestoneIdOf<C>>[]
> {
  return useQuery('next', ({ client, userId, locale }) => client.whatNext(userId, { locale, limit: 100 })) as Query<
    readonly NextMilestone<MilestoneIdOf<C>>[]
  >
}

/** Finds the next step towards one milestone. */
export function useNextOf(id: string): NextMilestone | undefined {
  return useWhatNext().data?.find(next => next.id === id)
}

/** Reads what share of all users holds each milestone. */
export function useStatistics(): Query<StatisticsPage> {
  return useQuery('statistics', ({ client }) => client.getMilestoneStatistics())
}

/** Returns the locale, the texts and the user of the provider, for components of your own. */
export function useTexts(): TextsContext {
  return useMilepost()
}
