import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Gift, Merge, PenLine, UserRoundX } from 'lucide-react'
import { Fragment, useState } from 'react'
import { type Answered, at, call } from '../api.js'
import { Figures, Page } from '../parts/page.js'
import { Loaded } from '../parts/states.js'
import { Tabs } from '../parts/tabs.js'
import { count } from '../words.js'
import { AuditTable } from './audit.js'
import { BadgesTab } from './user/badges-tab.js'
import { BalanceFigures } from './user/balance.js'
import { CalendarTab } from './user/calendar-tab.js'
import { LedgerTab } from './user/ledger-tab.js'
import type { ManualAction } from './user/manual-action.js'
import { ManualActionDialog } from './user/manual-action-dialog.js'
import { MetricsTab } from './user/metrics-tab.js'
import { TimelineTab } from './user/timeline-tab.js'
import { WhyTab } from './user/why-tab.js'

const tabs = [
  ['timeline', 'Timeline'],
  ['why', 'Why, why not'],
  ['badges', 'Badges'],
  ['metrics', 'Metrics'],
  ['ledger', 'Points'],
  ['calendar', 'Calendar'],
  ['audit', 'Manual changes'],
] as const

/** One user: progress, reasons, and manual changes. */
export function UserView() {
  const { userId = '' } = useParams({ strict: false })
  const { tab = 'timeline', milestone } = useSearch({ strict: false })
  const navigate = useNavigate()
  const [action, setAction] = useState<ManualAction | null>(null)
  const progress = useQuery({
    queryKey: ['progress', userId],
    queryFn: ({ signal }) =>
      call<'getUserProgress'>(`GET ${at`/v1/users/${userId}/progress`}`, { query: { locale: 'en' }, signal }),
  })
  const settings = useQuery({
    queryKey: ['settings', userId],
    queryFn: ({ signal }) => call<'getUserSettings'>(`GET ${at`/v1/users/${userId}/settings`}`, { signal }),
  })
  if (progress.data && progress.data.userId !== userId) return <FormerId userId={userId} now={progress.data.userId} />
  return (
    <Page title={userId} actions={<Actions milestone={milestone} onAction={setAction} />}>
      <Loaded of={progress} lines={2}>
        {data => (
          <Loaded of={settings} lines={2}>
            {({ attributes }) => (
              <>
                <Standing data={data} />
                <BalanceFigures userId={userId} />
                <Attributes of={Object.entries(attributes)} />
              </>
            )}
          </Loaded>
        )}
      </Loaded>
      <Tabs label="Of this user" tabs={tabs} active={tab} />
      <TabOf tab={tab} userId={userId} progress={progress.data} onAction={setAction} />
      <ManualActionDialog
        userId={userId}
        action={action}
        onClose={() => setAction(null)}
        onChange={setAction}
        onGone={now =>
          void navigate(now === null ? { to: '/users', search: {} } : { to: '/users/$userId', params: { userId: now } })
        }
      />
    </Page>
  )
}

type ActionsProps = { milestone: string | undefined; onAction: (action: ManualAction) => void }

function Actions({ milestone, onAction }: ActionsProps) {
  return (
    <>
      <button type="button" className="button" onClick={() => onAction({ action: 'award', badgeId: milestone ?? '' })}>
        <Gift aria-hidden className="size-4" />
        Award a badge
      </button>
      <button type="button" className="button" onClick={() => onAction({ action: 'merge', into: '' })}>
        <Merge aria-hidden className="size-4" />
        Merge
      </button>
      <button type="button" className="button" onClick={() => onAction({ action: 'rename', to: '' })}>
        <PenLine aria-hidden className="size-4" />
        Rename
      </button>
      <button type="button" className="button" onClick={() => onAction({ action: 'erase' })}>
        <UserRoundX aria-hidden className="size-4" />
        Erase
      </button>
    </>
  )
}

function FormerId({ userId, now }: { userId: string; now: string }) {
  return (
    <Page title={userId}>
      <p>
        This is a former id of{' '}
        <Link to="/users/$userId" params={{ userId: now }} className="link">
          {now}
        </Link>
        , who has everything now.
      </p>
    </Page>
  )
}

/** The attributes of the user. Each links to the leaderboard of the users who share it. */
function Attributes({ of: attributes }: { of: readonly (readonly [name: string, value: string])[] }) {
  if (attributes.length === 0) return null
  return (
    <ul aria-label="Attributes" className="flex flex-wrap gap-1.5">
      {attributes.map(([name, value]) => (
        <li key={name} className="max-w-full">
          <Link
            to="/leaderboard"
            search={{ group: `${name}:${value}` }}
            className="tag h-auto min-h-5 whitespace-normal hover:bg-n3"
          >
            {name}: <span className="text-n10">{value}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Standing({ data }: { data: Answered<'getUserProgress'> }) {
  const { totalPoints, level, levelName, nextLevelPoints, completedMilestones, timeZone, visibility } = data
  return (
    <Figures
      of={[
        [
          'Points',
          count(totalPoints),
          nextLevelPoints === null ? 'highest level' : `next level at ${count(nextLevelPoints)}`,
        ],
        ['Level', level, levelName ?? undefined],
        ['Badges', count(completedMilestones.length)],
        [
          'Time zone',
          <span key="zone" className="text-base">
            {timeZone.split('/').map((part, i) => (
              <Fragment key={part}>
                {i > 0 && (
                  <>
                    /<wbr />
                  </>
                )}
                {part}
              </Fragment>
            ))}
          </span>,
          visibility === 'on' ? undefined : `takes part: ${visibility}`,
        ],
      ]}
    />
  )
}

type TabProps = {
  tab: string
  userId: string
  progress: Answered<'getUserProgress'> | undefined
  onAction: (action: ManualAction) => void
}

function TabOf({ tab, userId, progress, onAction }: TabProps) {
  switch (tab) {
    case 'why':
      return <WhyTab userId={userId} progress={progress} onAction={onAction} />
    case 'badges':
      return <BadgesTab progress={progress} onAction={onAction} />
    case 'metrics':
      return <MetricsTab userId={userId} />
    case 'ledger':
      return <LedgerTab userId={userId} />
    case 'calendar':
      return <CalendarTab userId={userId} onAction={onAction} />
    case 'audit':
      return <AuditTable userId={userId} />
    default:
      return <TimelineTab userId={userId} onAction={onAction} />
  }
}
