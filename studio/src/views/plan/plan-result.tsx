import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Figures, Section } from '../../parts/page.js'
import { count, counted } from '../../words.js'
import type { Plan } from './use-plan.js'

type Affected = Plan['points']['raised']

/** What a catalog would do: what is changed in it, and who gains and loses what. */
export function PlanResult({ plan, action }: { plan: Plan; action: ReactNode }) {
  const { changes, badges, renamed, warnings, points, levels, unlocks, userCount, affectedCount } = plan
  const { added, changed, removed } = changes.milestones
  return (
    <Section
      title={
        affectedCount === 0
          ? 'No user would gain or lose anything.'
          : `${counted(affectedCount, 'user')} of ${count(userCount)} would change.`
      }
      actions={action}
    >
      <div className="flex flex-col gap-4">
        <Figures
          of={[
            ['Milestones added', count(added.length)],
            ['Changed', count(changed.length)],
            ['Removed', count(removed.length)],
            ['Gain points', count(points.raised.userCount)],
            ['Lose points', count(points.lowered.userCount)],
          ]}
        />
        <ul className="flex flex-col gap-1">
          <Named title="Added" names={added} />
          <Named title="Changed" names={changed.map(({ id, sides }) => `${id} (${sides.join(', ')})`)} />
          <Named title="Removed" names={removed} />
          <Named
            title="Renamed"
            names={renamed.map(({ from, to, users }) => `${from} → ${to} (${counted(users.userCount, 'user')})`)}
          />
          <Named title="Boards added" names={changes.boards.added} />
          <Named title="Boards changed" names={changes.boards.changed} />
          <Named title="Boards removed" names={changes.boards.removed} />
          {changes.hasOtherLevels && <li>The levels change.</li>}
          {changes.hasOtherPointsRules && <li>The rules of points change.</li>}
          {changes.hasOtherRetention && <li>How long completions are kept changes.</li>}
          {changes.hasOtherDays && <li>Days start at another time.</li>}
        </ul>
        {warnings.length > 0 && (
          <ul className="flex flex-col gap-1" aria-label="Warnings">
            {warnings.map(({ message, users }) => (
              <li key={message}>
                <strong>Warning:</strong> {message} ({counted(users.userCount, 'user')})
              </li>
            ))}
          </ul>
        )}
        <Effects title="Badges" rows={badges.map(({ id, gained, lost }) => ({ name: id, gained, lost }))} />
        <Effects
          title="Levels, points and unlocks"
          rows={[
            { name: 'Points', gained: points.raised, lost: points.lowered },
            { name: 'Level', gained: levels.raised, lost: levels.lowered },
            ...unlocks.map(({ unlock, gained, lost }) => ({ name: `Unlock ${unlock}`, gained, lost })),
          ].filter(({ gained, lost }) => gained.userCount + lost.userCount > 0)}
        />
      </div>
    </Section>
  )
}

function Named({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <li>
      <span className="text-n8">{title}:</span> {names.join(', ')}
    </li>
  )
}

function Effects({
  title,
  rows,
}: {
  title: string
  rows: readonly { name: string; gained: Affected; lost: Affected }[]
}) {
  if (rows.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll it, for people without a mouse
    <section aria-label={title} tabIndex={0} className="max-h-96 overflow-auto rounded-md border border-n5">
      <table className="w-full min-w-96 table-fixed">
        <thead>
          <tr className="text-left text-xs text-n8">
            <th scope="col" className="w-1/4 px-3 py-2 font-medium">
              {title}
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              Gained or raised
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              Lost or lowered
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, gained, lost }) => (
            <tr key={name} className="border-t border-n4 align-top">
              <th scope="row" className="px-3 py-2 text-left font-medium">
                {name}
              </th>
              <td className="px-3 py-2">
                <AffectedUsers of={gained} sign="+" />
              </td>
              <td className="px-3 py-2">
                <AffectedUsers of={lost} sign="−" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function AffectedUsers({ of: { userCount, examples }, sign }: { of: Affected; sign: string }) {
  if (userCount === 0) return <span className="text-n8">–</span>
  return (
    <>
      <span className={sign === '+' ? 'text-accent' : 'text-danger'}>
        {sign}
        {counted(userCount, 'user')}
      </span>
      <span className="hidden text-xs text-n8 sm:block">
        {examples.map((userId, i) => (
          <span key={userId}>
            {i > 0 && ', '}
            <Link to="/users/$userId" params={{ userId }} className="hover:underline">
              {userId}
            </Link>
          </span>
        ))}
        {userCount > examples.length && examples.length > 0 && ' …'}
      </span>
    </>
  )
}
