import { type Trace, untraced } from '../service/tracing.js'

/** Where spans and figures go: to OpenTelemetry, or nowhere. */
export type Telemetry = {
  /** For `createMilestoneService`. */
  readonly trace: Trace
  /** Adds to a counter, or notes a duration in seconds. */
  readonly count: (name: string, amount: number, attributes: Readonly<Record<string, string>>) => void
  readonly time: (name: string, seconds: number, attributes: Readonly<Record<string, string>>) => void
}

/** Tells nobody anything. */
export const noTelemetry: Telemetry = { trace: untraced, count: () => {}, time: () => {} }

/**
 * Finds `@opentelemetry/api`, which the app's own SDK listens to. Where it is not installed, nothing is told to anybody.
 *
 * @example
 * const telemetry = await openTelemetry()
 * const service = createMilestoneService({ db, catalog, trace: telemetry.trace })
 * const server = createMilepostServer({ service, db, telemetry })
 */
export async function openTelemetry(): Promise<Telemetry> {
  try {
    return telemetryOf(await import('@opentelemetry/api'))
  } catch {
    return noTelemetry
  }
}

function telemetryOf({ trace, metrics, SpanStatusCode }: typeof import('@opentelemetry/api')): Telemetry {
  const tracer = trace.getTracer('milepost')
  const meter = metrics.getMeter('milepost')
  const counterOf = kept(name => meter.createCounter(name))
  const timerOf = kept(name => meter.createHistogram(name, { unit: 's' }))
  return {
    trace: ({ name, attributes }, run) =>
      tracer.startActiveSpan(name, { attributes }, async span => {
        try {
          return await run()
        } catch (error) {
          // The code alone: a message can hold what a user or the database said.
          const { code } = error as { readonly code?: unknown }
          span.setStatus({ code: SpanStatusCode.ERROR, message: typeof code === 'string' ? code : 'error' })
          throw error
        } finally {
          span.end()
        }
      }),
    count: (name, amount, attributes) => counterOf(name).add(amount, attributes),
    time: (name, seconds, attributes) => timerOf(name).record(seconds, attributes),
  }
}

function kept<Value>(make: (name: string) => Value): (name: string) => Value {
  const made = new Map<string, Value>()
  return name => {
    const value = made.get(name) ?? make(name)
    made.set(name, value)
    return value
  }
}
