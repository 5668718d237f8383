import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Users } from 'lucide-react'
import { type Answered, at, call } from '../api.js'
import { Bars } from '../parts/bars.js'
import { type MeasuredMilestone, useMeasuredMilestones } from '../parts/measured.js'
import { Moment } from '../parts/moment.js'
import { Figures, Page, Section } from '../parts/page.js'
import { PagedTable } from '../parts/paged-table.js'
import { usePages } from '../parts/pages.js'
import { RequirementTree } from '../parts/requirement.js'
import { Empty, Loaded } from '../parts/states.js'
import { RarityWord, Stone } from '../parts/stone.js'
import { count, counted, percent, timeTaken } from '../words.js'

/** One milestone: what it asks for, who holds it, how long it takes. */
export function MilestoneView() {
  const { milestoneId = '' } = useParams({ strict: false })
  const measured = useMeasuredMilestones()
  const milestone = measured.data?.milestones.find(({ id }) => id === milestoneId)
  return (
    <Page
      title={milestone?.title ?? milestoneId}
      lead={milestone?.description}
      actions={milestone && <Marks of={milestone} />}
    >
      <Loaded of={measured} lines={6}>
        {() =>
          milestone ? (
            <Parts milestone={milestone} />
          ) : (
            <p className="text-n8">
              The catalog in effect has no milestone with this id. It may be a further time of a repeatable one, or was
              removed; who holds the badge keeps it.
            </p>
          )
        }
      </Loaded>
      <Holders id={milestoneId} />
    </Page>
  )
}

function Marks({ of }: { of: MeasuredMilestone }) {
  return (
    <p className="flex flex-wrap items-center gap-2">
      <Stone icon={of.icon} rarity={of.rarity} size={32} />
      <RarityWord rarity={of.rarity} />
      <span className="tag">{counted(of.points, 'point')}</span>
      {of.hidden !== false && <span className="tag">{of.hidden === true ? 'Hidden' : 'Hidden until earned'}</span>}
      {of.isRetired && <span className="tag">Retired</span>}
      {of.isRepeatable && <span className="tag">Repeatable</span>}
      {of.expiresAfter !== null && <span className="tag">Expires after {of.expiresAfter}</span>}
      {of.limit !== null && (
        <span className="tag">
          {count(Math.max(of.limit - of.holderCount, 0))} of {counted(of.limit, 'place')} left
        </span>
      )}
      {of.onUndo === 'keep' && <span className="tag">Kept on undo</span>}
    </p>
  )
}

function Parts({ milestone }: { milestone: MeasuredMilestone }) {
  const { ofAll, ofActive, ofEligible, timeToEarn, after, unlocks } = milestone
  const hint = (share: MeasuredMilestone['ofAll']): string => `n = ${count(share.n)}`
  return (
    <>
      <Figures
        of={[
          ['Holders', count(milestone.holderCount)],
          ['Earned by', percent(ofAll.share), hint(ofAll)],
          ['Of active users', percent(ofActive.share), hint(ofActive)],
          ['Of eligible users', percent(ofEligible.share), hint(ofEligible)],
          ['Median time', timeTaken(timeToEarn.medianMs), `n = ${count(timeToEarn.n)}`],
        ]}
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Section title="Requirement">
          <RequirementTree requirement={milestone.requirement} outline={milestone.outline} />
          {after.length > 0 && <Ids title="After" ids={after} />}
          {milestone.tierOf !== null && <p className="mt-3 text-n8">A tier of {milestone.tierOf}.</p>}
          {unlocks.length > 0 && (
            <p className="mt-3 flex flex-wrap items-center gap-1.5 text-n8">
              Opens
              {unlocks.map(unlock => (
                <span key={unlock} className="tag">
                  {unlock}
                </span>
              ))}
            </p>
          )}
        </Section>
        <TimeToEarn id={milestone.id} />
      </div>
    </>
  )
}

function Ids({ title, ids }: { title: string; ids: readonly string[] }) {
  return (
    <p className="mt-3 flex flex-wrap items-center gap-1.5 text-n8">
      {title}
      {ids.map(id => (
        <Link key={id} to="/milestones/$milestoneId" params={{ milestoneId: id }} className="tag hover:bg-n3">
          {id}
        </Link>
      ))}
    </p>
  )
}

function TimeToEarn({ id }: { id: string }) {
  const spread = useQuery({
    queryKey: ['time-to-earn', id],
    queryFn: ({ signal }) => call<'getTimeToEarn'>(`GET ${at`/v1/studio/milestones/${id}/time-to-earn`}`, { signal }),
  })
  return (
    <div className="panel min-w-0 p-4">
      <Loaded of={spread}>{data => <Spread data={data} />}</Loaded>
    </div>
  )
}

function Spread({ data: { sampleSize, medianMs, buckets } }: { data: Answered<'getTimeToEarn'> }) {
  if (sampleSize === 0)
    return <Empty title="Not earned yet">You will see here how long it takes from the first completion.</Empty>
  const whom = sampleSize === 500 ? 'the newest 500 holders' : counted(sampleSize, 'holder')
  return (
    <Bars
      title={`Half of ${whom} took ${medianMs !== null && medianMs < 1000 ? 'no time' : `${timeTaken(medianMs)} or less`} from their first completion.`}
      label="Time to earn"
      unit="Holders"
      bars={buckets.map(({ label, count: value }) => ({ name: label, value }))}
    />
  )
}

function Holders({ id }: { id: string }) {
  const pages = usePages<Answered<'listHolders'>>(`GET ${at`/v1/studio/milestones/${id}/holders`}`)
  return (
    <Section title="Holders, latest first" isPadded={false}>
      <PagedTable
        label="Holders"
        isTall={false}
        pages={pages}
        rowsOf={page => page.awards}
        keyOf={({ userId }) => userId}
        empty={
          <Empty icon={Users} title="No holders yet">
            Users who earn it appear here.
          </Empty>
        }
        columns={[
          {
            name: 'User',
            className: 'w-full',
            cell: ({ userId }) => (
              <Link to="/users/$userId" params={{ userId }} className="link">
                {userId}
              </Link>
            ),
          },
          { name: 'Earned', isNumber: true, cell: ({ earnedAt }) => <Moment at={earnedAt} /> },
        ]}
      />
    </Section>
  )
}
