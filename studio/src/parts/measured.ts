import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { type Answered, call } from '../api.js'

export type MeasuredMilestone = Answered<'listStudioMilestones'>['milestones'][number]

/** Reads all milestones with who holds them. */
export function useMeasuredMilestones(): UseQueryResult<Answered<'listStudioMilestones'>> {
  return useQuery({
    queryKey: ['measured-milestones'],
    queryFn: ({ signal }) => call<'listStudioMilestones'>('GET /v1/studio/milestones', { signal }),
    staleTime: 30_000,
  })
}
