import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { at, call } from '../../api.js'
import { definitionOf, type ListUser, listUsersOf, useCatalog } from '../../parts/catalog.js'
import { Field } from '../../parts/field.js'
import { Page, Section } from '../../parts/page.js'
import { Loaded } from '../../parts/states.js'
import { counted } from '../../words.js'
import { PlanControls, Planned } from '../plan/planned.js'
import { type Policy, usePlan } from '../plan/use-plan.js'

/** One list of items: what needs it, and its items, which can be changed after a plan. */
export function ListView() {
  const { list = '' } = useParams({ strict: false })
  const { data: current } = useCatalog()
  const items = useQuery({
    queryKey: ['items', list],
    queryFn: ({ signal }) => call<'getItems'>(`GET ${at`/v1/items/${list}`}`, { signal }),
  })
  return (
    <Page title={list} lead={current && <NeededBy users={listUsersOf(definitionOf(current)).get(list) ?? []} />}>
      <Loaded of={items} lines={6}>
        {stored =>
          stored.items.some(key => /[\r\n]/.test(key)) ? (
            <p>Items of this list have line breaks in their keys. Change it with the command or the API.</p>
          ) : (
            <Items key={list} list={list} stored={stored.items} />
          )
        }
      </Loaded>
    </Page>
  )
}

function NeededBy({ users }: { users: readonly ListUser[] }) {
  if (users.length === 0) return 'Nothing in the catalog in effect needs this list.'
  return (
    <>
      Needed by{' '}
      {users.map(({ type, id }, i) => (
        <span key={`${type} ${id}`}>
          {i > 0 && ', '}
          {type === 'milestone' ? (
            <Link to="/milestones/$milestoneId" params={{ milestoneId: id }} className="link">
              {id}
            </Link>
          ) : (
            <Link to="/leaderboard" search={{ board: id }} className="link">
              the board {id}
            </Link>
          )}
        </span>
      ))}
    </>
  )
}

function Items({ list, stored }: { list: string; stored: readonly string[] }) {
  const [text, setText] = useState(() => stored.join('\n'))
  const [policy, setPolicy] = useState<Policy>('keep')
  const items = keysIn(text)
  const route = at`/v1/items/${list}`
  const planning = usePlan({
    planRoute: `POST ${route}/plan`,
    applyRoute: `PUT ${route}`,
    wanted: `${policy} ${items.join('\n')}`,
    body: () => ({ items, policy }),
  })
  return (
    <>
      <Section title={counted(items.length, 'item')}>
        <div className="flex flex-col gap-3">
          <Field label="Item keys, one per line" hint="Their order does not matter.">
            {id => (
              <textarea
                id={id}
                rows={12}
                spellCheck={false}
                className="input h-auto resize-y py-2 font-mono text-xs leading-5"
                value={text}
                onChange={event => setText(event.target.value)}
              />
            )}
          </Field>
          <div className="flex flex-wrap items-center gap-3">
            <PlanControls of={planning} policy={policy} onPolicy={setPolicy} isEmpty={false} />
          </div>
        </div>
      </Section>
      <Planned
        of={planning}
        title={`Set the items of ${list}`}
        what={`the list “${list}” has ${counted(items.length, 'item')}`}
      />
    </>
  )
}

function keysIn(text: string): readonly string[] {
  return [...new Set(text.split('\n').filter(key => key.trim() !== ''))]
}
