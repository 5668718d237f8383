import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { type Answered, call, events } from '../api.js'
import { Change } from '../parts/change.js'
import { Choice, Field } from '../parts/field.js'
import { Moment } from '../parts/moment.js'
import { Page, Section } from '../parts/page.js'
import { readAnew } from '../parts/pages.js'
import { Empty, Failure, Loaded } from '../parts/states.js'
import { count, counted } from '../words.js'
import { type Plan, PlanResult } from './plan-result.js'

type Report = Answered<'apply'>
type Policy = Plan['policy']
type Progress = { readonly userCount: number; readonly totalCount: number }

const policies: readonly (readonly [Policy, string])[] = [
  ['keep', 'Keep what users hold'],
  ['reprice', 'Keep badges, change their points'],
  ['recompute', 'Recompute everything'],
]

/** What a changed catalog would do to real users, and doing it. */
export function PlanView() {
  const [text, setText] = useState('')
  const [policy, setPolicy] = useState<Policy>('keep')
  const planning = useLongCall<Plan>()
  const applying = useLongCall<Report>()
  const [isAsking, setIsAsking] = useState(false)
  const [planned, setPlanned] = useState('')
  const catalog = useQuery({
    queryKey: ['catalog'],
    queryFn: ({ signal }) => call<'getCatalog'>('GET /v1/catalog', { signal }),
  })
  const wanted = `${policy} ${text}`
  const plan = (): void => {
    applying.clear()
    setPlanned(wanted)
    void planning.run('POST /v1/plan', () => ({ catalog: JSON.parse(text), policy, exampleLimit: 5 }))
  }
  return (
    <Page title="Plan and apply" lead="Preview a change before you apply it.">
      <Section
        title="Catalog"
        actions={
          <>
            <Load onText={setText} />
            <button
              type="button"
              className="button"
              disabled={!catalog.data}
              onClick={() => setText(JSON.stringify(catalog.data?.definition, null, 2))}
            >
              Start from the current catalog
            </button>
          </>
        }
      >
        <div className="flex flex-col gap-3">
          <Field label="Catalog as JSON">
            {id => (
              <textarea
                id={id}
                rows={12}
                spellCheck={false}
                placeholder={'{ "milestones": [ … ] }'}
                className="input h-auto resize-y py-2 font-mono text-xs leading-5"
                value={text}
                onChange={event => setText(event.target.value)}
              />
            )}
          </Field>
          <div className="flex flex-wrap items-center gap-2">
            <Choice label="Policy" value={policy} options={policies} onChange={setPolicy} />
            <button
              type="button"
              className="button button-main"
              disabled={text.trim() === '' || planning.isBusy}
              onClick={plan}
            >
              {planning.isBusy ? 'Planning…' : 'Plan'}
            </button>
            {catalog.data && (
              <p className="text-n8">
                {catalog.data.version
                  ? `Version ${catalog.data.version} is in effect.`
                  : 'The app’s own catalog is in effect.'}
              </p>
            )}
          </div>
        </div>
      </Section>
      <Outcome call={planning} what="Compared">
        {result => (
          <PlanResult
            plan={result}
            action={
              <button
                type="button"
                className="button button-main"
                disabled={wanted !== planned || applying.isBusy || applying.result !== null}
                title={wanted !== planned ? 'The catalog or the policy was changed since: plan again' : undefined}
                onClick={() => setIsAsking(true)}
              >
                Apply…
              </button>
            }
          />
        )}
      </Outcome>
      <Outcome call={applying} what="Counted">
        {report => <Applied report={report} />}
      </Outcome>
      {planning.result && (
        <Change
          title="Apply this catalog"
          confirm="Apply"
          isOpen={isAsking}
          onClose={() => setIsAsking(false)}
          run={async reason => {
            // The dialog closes; how far it is stands in the page.
            void applying.run('POST /v1/apply', () => ({ catalog: JSON.parse(text), policy, reason }))
          }}
        >
          <Follows plan={planning.result} />
          <NextStart atStart={catalog.data?.atStart} />
        </Change>
      )}
      <Versions />
    </Page>
  )
}

function Follows({ plan: { affectedCount, userCount, policy, badges } }: { plan: Plan }) {
  const sum = (side: 'gained' | 'lost'): number => badges.reduce((total, badge) => total + badge[side].userCount, 0)
  return (
    <p>
      From now on, this catalog applies to every user. {count(affectedCount)} of {counted(userCount, 'user')} change:{' '}
      {counted(sum('gained'), 'badge')} gained and {counted(sum('lost'), 'badge')} lost, by policy “{policy}”. Nobody is
      notified. If it is interrupted, apply again: it continues where it stopped.
    </p>
  )
}

/** What becomes of an applied catalog when the server starts again with its own. */
function NextStart({ atStart }: { atStart: Answered<'getCatalog'>['atStart'] | undefined }) {
  switch (atStart) {
    case 'keep':
      return (
        <p>
          It stays after a restart of this server. If the server has its own catalog file, change that file as well, so
          that both are the same.
        </p>
      )
    case 'replace':
      return (
        <p className="rounded-lg bg-warn-soft p-3">
          This server applies its own catalog whenever it starts. The next start replaces the catalog that you apply
          here. To prevent that, change the server’s own catalog as well.
        </p>
      )
    case 'refuse':
      return (
        <p className="rounded-lg bg-warn-soft p-3">
          This server works only with its own catalog. After the next start it refuses calls until its own catalog is
          the one that you apply here.
        </p>
      )
    default:
      return <p>It is not known yet what this server does with it at its next start.</p>
  }
}

function Load({ onText }: { onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        Load a file…
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="Catalog file"
        className="hidden"
        onChange={event => {
          void event.target.files?.[0]?.text().then(onText)
          event.target.value = ''
        }}
      />
    </>
  )
}

type LongCall<Result> = {
  readonly isBusy: boolean
  readonly progress: Progress | null
  readonly result: Result | null
  readonly error: Error | null
  readonly run: (route: string, body: () => unknown) => Promise<void>
  readonly clear: () => void
}

const idle = { isBusy: false, progress: null, result: null, error: null }

function useLongCall<Result>(): LongCall<Result> {
  const client = useQueryClient()
  const [state, setState] = useState<Omit<LongCall<Result>, 'run' | 'clear'>>(idle)
  const run = async (route: string, body: () => unknown): Promise<void> => {
    const isApply = route.includes('apply')
    let isAnswered = false
    setState({ ...idle, isBusy: true })
    try {
      for await (const { event, data } of events(route, { body: body() })) {
        const told = JSON.parse(data)
        if (event === 'progress') setState(before => ({ ...before, progress: told }))
        if (event === 'result') setState({ ...idle, result: told })
        isAnswered ||= event === 'result'
        if (event === 'problem') throw new Error(told.detail || told.title)
      }
      if (!isAnswered) throw new TypeError('ended early')
      if (isApply) await readAnew(client)
    } catch (error) {
      setState({ ...idle, error: inWords(error as Error, isApply) })
    }
  }
  return { ...state, run, clear: () => setState(idle) }
}

// A connection that breaks is a TypeError of fetch.
function inWords(error: Error, isApply: boolean): Error {
  if (error instanceof SyntaxError) return new Error(`Invalid JSON: ${error.message}`)
  if (!(error instanceof TypeError)) return error
  return new Error(`The connection ended. ${isApply ? 'Apply again to continue.' : 'Plan again.'}`)
}

function Outcome<Result>({
  call: { isBusy, progress, result, error },
  what,
  children,
}: {
  call: LongCall<Result>
  what: string
  children: (result: Result) => ReactNode
}) {
  if (error) return <Failure error={error} />
  if (result !== null) return <>{children(result)}</>
  if (!isBusy) return null
  const { userCount = 0, totalCount = 0 } = progress ?? {}
  return (
    <div className="panel flex flex-col gap-2 p-4" role="status">
      <p>
        {what} {count(userCount)} of {counted(totalCount, 'user')}…
      </p>
      <progress
        aria-label={what}
        value={userCount}
        max={Math.max(1, totalCount)}
        className="h-1.5 w-full accent-accent-mark"
      />
    </div>
  )
}

function Applied({ report: { status, version, userCount, awardedCount, revokedCount } }: { report: Report }) {
  return (
    <p role="status" className="rounded-lg bg-accent-soft p-4">
      {status === 'unchanged'
        ? `Version ${version} is already in effect. Nothing changed.`
        : `Version ${version} is in effect. ${counted(userCount, 'user')} counted, ${counted(awardedCount, 'badge')} awarded, ${counted(revokedCount, 'badge')} revoked.`}
    </p>
  )
}

function Versions() {
  const versions = useQuery({
    queryKey: ['versions'],
    queryFn: ({ signal }) => call<'getCatalogVersions'>('GET /v1/studio/versions', { query: { limit: '20' }, signal }),
  })
  return (
    <Section title="Applied before" isPadded={false}>
      <Loaded of={versions}>
        {({ versions: listed }) =>
          listed.length === 0 ? (
            <Empty title="No catalog was applied yet">Until then, the app’s own catalog is used.</Empty>
          ) : (
            <ul className="divide-y divide-n4">
              {listed.map(({ version, policy, by, reason, appliedAt, startedAt, userCount }) => (
                <li key={version} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
                  <span className="font-medium">Version {version}</span>
                  <span className="tag">{policy}</span>
                  {appliedAt === null && <span className="tag text-warn">under way</span>}
                  <span className="min-w-0 flex-1 text-n8">{[reason, by].filter(Boolean).join(' · ')}</span>
                  <span className="text-n8">
                    {counted(userCount, 'user')}, <Moment at={appliedAt ?? startedAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}
