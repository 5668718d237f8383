import { useQuery } from '@tanstack/react-query'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { type Answered, call } from '../api.js'
import { Figures, Page, Section } from '../parts/page.js'
import { Loaded } from '../parts/states.js'
import { bytes, duration } from '../words.js'
import { Drift } from './drift.js'

/** Whether the server is well: database, outbox, drift, versions. */
export function Health() {
  const ready = useQuery({
    queryKey: ['ready'],
    queryFn: ({ signal }) => call<'getReadiness'>('GET /readyz', { alsoTakes: 503, signal }),
    refetchInterval: 10_000,
  })
  const health = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => call<'getHealth'>('GET /healthz', { signal }),
  })
  const database = useQuery({
    queryKey: ['database'],
    queryFn: ({ signal }) => call<'getDatabaseFacts'>('GET /v1/studio/database', { signal }),
  })
  return (
    <Page title="Health" lead="Updates every ten seconds.">
      {ready.data && <Readiness isReady={ready.data.status === 'ready'} />}
      <Loaded of={database} lines={2}>
        {facts => (
          <Figures
            of={[
              ['Milepost', health.data?.version ?? '–'],
              ['Postgres', facts.version],
              ['Database', bytes(facts.bytes)],
              ['Time zone data', health.data?.timeZoneData ?? '–'],
            ]}
          />
        )}
      </Loaded>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Section title="Checks">
          <Loaded of={ready}>{data => <Checks data={data} />}</Loaded>
        </Section>
        <Section title="Migrations">
          <Loaded of={database}>
            {({ migrations }) => (
              <ol className="flex flex-col gap-1 font-mono text-xs">
                {migrations.map(name => (
                  <li key={name}>{name}</li>
                ))}
              </ol>
            )}
          </Loaded>
        </Section>
      </div>
      <Drift />
    </Page>
  )
}

function Readiness({ isReady }: { isReady: boolean }) {
  if (isReady)
    return (
      <p role="status" className="rounded-lg bg-accent-soft px-4 py-3">
        Ready: this server accepts requests.
      </p>
    )
  return (
    <p role="status" className="rounded-lg bg-warn-soft px-4 py-3 text-warn">
      Not ready (503): load balancers send no traffic here until every check below passes.
    </p>
  )
}

function Checks({ data: { checks, outbox } }: { data: Answered<'getReadiness'> }) {
  return (
    <ul className="flex flex-col gap-2">
      {Object.entries(checks).map(([name, { isOk, detail }]) => (
        <Check key={name} name={name} isOk={isOk} words={detail ?? 'in order'} />
      ))}
      <Check name="outbox" isOk={!isLate(outbox)} words={outboxWords(outbox)} />
    </ul>
  )
}

function Check({ name, isOk, words }: { name: string; isOk: boolean; words: string }) {
  return (
    <li className="flex items-start gap-2">
      {isOk ? (
        <CircleCheck aria-label="well" className="mt-0.5 size-4 shrink-0 text-accent" />
      ) : (
        <CircleAlert aria-label="not well" className="mt-0.5 size-4 shrink-0 text-danger" />
      )}
      <span className="font-medium capitalize">{name}</span>
      <span className="min-w-0 text-n8">{words}</span>
    </li>
  )
}

type Outbox = Answered<'getReadiness'>['outbox']

/** What waits longer than this in the outbox is late. */
const lateMs = 60_000

function isLate(outbox: Outbox): boolean {
  return Math.max(outbox?.lagMs ?? 0, outbox?.heldBackMs ?? 0) >= lateMs
}

function outboxWords(outbox: Outbox): string {
  if (!outbox) return 'no readers'
  const lag = outbox.lagMs === null ? 'everything was read' : `the oldest unread is ${duration(outbox.lagMs)} old`
  const held = outbox.heldBackMs === null ? '' : `; a transaction of ${duration(outbox.heldBackMs)} holds it back`
  return `${isLate(outbox) ? 'late: ' : ''}${lag}${held}`
}
