import { Link } from '@tanstack/react-router'
import { Milestone } from 'lucide-react'
import type { Answered } from '../../api.js'
import { Bar } from '../../parts/bar.js'
import { type MeasuredMilestone, useMeasuredMilestones } from '../../parts/measured.js'
import { Section } from '../../parts/page.js'
import { Empty, Loaded, Skeleton } from '../../parts/states.js'
import { Stone } from '../../parts/stone.js'
import { Table } from '../../parts/table.js'
import { counted, ofTarget } from '../../words.js'
import { isStillEarned, progressIn, type ShownProgress, statusWords } from './status.js'

type Row = { readonly milestone: MeasuredMilestone; readonly progress: ShownProgress | undefined }

/** Every milestone of the catalog with the user's progress. */
export function MilestoneStatuses({ progress }: { progress: Answered<'getUserProgress'> | undefined }) {
  const measured = useMeasuredMilestones()
  if (!progress) return <Skeleton lines={6} />
  return (
    <Section title="Milestones of this user" isPadded={false}>
      <Loaded of={measured} lines={6}>
        {({ milestones }) =>
          milestones.length === 0 ? (
            <Empty icon={Milestone} title="The catalog has no milestones" />
          ) : (
            <Table
              label="Milestones"
              rows={milestones.map(milestone => ({ milestone, progress: progressIn(progress, milestone.id) }))}
              keyOf={({ milestone }) => milestone.id}
              columns={[
                { name: 'Milestone', className: 'w-full', cell: row => <Named of={row} /> },
                { name: 'Status', cell: row => <StatusTag of={row} />, isNumber: true },
                { name: 'Progress', cell: ({ progress: shown }) => <Way of={shown} />, isNumber: true },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  )
}

function Named({ of: { milestone } }: { of: Row }) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <Stone icon={milestone.icon} rarity={milestone.rarity} size={20} />
      <Link to="." search={{ tab: 'why', milestone: milestone.id }} className="link truncate">
        {milestone.title}
      </Link>
    </span>
  )
}

function StatusTag({ of: { milestone, progress } }: { of: Row }) {
  if (progress) {
    const [word, meaning] = statusWords[progress.status]
    return (
      <span className={`tag ${progress.status === 'earned' ? 'text-accent' : ''}`} title={meaning}>
        {word}
      </span>
    )
  }
  const [word, meaning] = milestone.isRetired ? statusWords.retired : ['Hidden', 'Users see it only after they earn it']
  return (
    <span className="tag" title={meaning}>
      {word}
    </span>
  )
}

function Way({ of: progress }: { of: ShownProgress | undefined }) {
  if (!progress) return <span className="text-n8">–</span>
  const { status, ratio, timesEarned } = progress
  if (!isStillEarned(status)) {
    const isOften = (status === 'earned' || status === 'expired') && timesEarned > 1
    return <span className="text-n8">{isOften ? counted(timesEarned, 'time') : '–'}</span>
  }
  return (
    <span className="inline-flex items-center gap-2 text-n8">
      <span className="hidden sm:inline-flex">
        <Bar share={ratio} />
      </span>
      {ofTarget(progress)}
    </span>
  )
}
