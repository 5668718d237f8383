import { Link } from '@tanstack/react-router'
import { Milestone } from 'lucide-react'
import { type MeasuredMilestone, useMeasuredMilestones } from '../parts/measured.js'
import { Page, Panel } from '../parts/page.js'
import { Empty, Loaded } from '../parts/states.js'
import { RarityWord, Stone } from '../parts/stone.js'
import { type Column, Table } from '../parts/table.js'
import { count, counted, percent, timeTaken } from '../words.js'

const columns: readonly Column<MeasuredMilestone>[] = [
  {
    name: 'Milestone',
    className: 'w-full sm:w-2/5',
    cell: milestone => (
      <span className="flex min-w-0 items-center gap-2.5">
        <Stone icon={milestone.icon} rarity={milestone.rarity} />
        <Link to="/milestones/$milestoneId" params={{ milestoneId: milestone.id }} className="link truncate">
          {milestone.title}
        </Link>
        {milestone.isRetired && <span className="tag hidden sm:inline-flex">Retired</span>}
        {milestone.hidden !== false && <span className="tag hidden sm:inline-flex">Hidden</span>}
      </span>
    ),
  },
  {
    name: 'Id',
    className: 'hidden lg:table-cell',
    cell: ({ id }) => <code className="font-mono text-xs text-n8">{id}</code>,
  },
  {
    name: 'Rarity',
    isNumber: true,
    cell: ({ ofAll, rarity }) => (
      <span
        className="inline-flex flex-wrap items-baseline justify-end gap-x-2 sm:flex-nowrap"
        title={`Held by ${count(ofAll.count)} of ${counted(ofAll.n, 'user')}`}
      >
        <span>{percent(ofAll.share)}</span>
        <RarityWord rarity={rarity} />
      </span>
    ),
  },
  { name: 'Points', className: 'hidden md:table-cell', isNumber: true, cell: ({ points }) => count(points) },
  { name: 'Holders', className: 'max-md:pr-4', isNumber: true, cell: ({ holderCount }) => count(holderCount) },
  {
    name: 'Median time',
    className: 'hidden md:table-cell',
    isNumber: true,
    cell: ({ timeToEarn }) => timeTaken(timeToEarn.medianMs),
  },
]

/** All milestones of the catalog, with who holds them. */
export function Milestones() {
  const measured = useMeasuredMilestones()
  return (
    <Page
      title="Milestones"
      lead={
        measured.data &&
        `${counted(measured.data.milestones.length, 'milestone')}, each tier as one, measured over ${counted(measured.data.milestones[0]?.ofAll.n ?? 0, 'user')}.`
      }
      actions={
        <Link to="/plan" search={{}} className="button">
          Plan a change
        </Link>
      }
    >
      <Panel>
        <Loaded of={measured} lines={10}>
          {({ milestones }) =>
            milestones.length === 0 ? (
              <Empty icon={Milestone} title="The catalog has no milestones">
                Plan and apply a catalog with milestones.
              </Empty>
            ) : (
              <Table label="Milestones" columns={columns} rows={milestones} keyOf={({ id }) => id} />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  )
}
