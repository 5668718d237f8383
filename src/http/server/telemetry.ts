import { invalid } from '../../core/values/invalid.js'
import { type Trace, untraced } from '../../service/context/tracing.js'

/** Where spans and metrics go: to OpenTelemetry, or nowhere. */
export type Telemetry = {
  /** For `createMilestoneService`. */
  readonly trace: Trace
  /** Adds to a counter, or records a duration in seconds. */
  readonly count: (name: string, amount: number, attributes: Readonly<Record<string, string>>) => void
  readonly time: (name: string, seconds: number, attributes: Readonly<Record<string, string>>) => void
}

/** Sends no telemetry. */
export const noTelemetry: Telemetry = { trace: untraced, count: () => {}, time: () => {} }

/** What Milepost uses of `@opentelemetry/api`. */
export type OpenTelemetryApi = {
  readonly trace: { getTracer(name: string): Tracer }
  readonly metrics: { getMeter(name: string): Meter }
  readonly SpanStatusCode: { readonly ERROR: number }
}
/** The attributes of a span or a measurement. */
export type TelemetryAttributes = Readonly<Record<string, string | number>>
/** The span of OpenTelemetry, as far as it is used. */
export type Span = { setStatus(status: { code: number; message?: string }): unknown; end(): void }
/** The tracer of OpenTelemetry, as far as it is used. */
export type Tracer = {
  startActiveSpan<Result>(
    name: string,
    options: { attributes: TelemetryAttributes },
    run: (span: Span) => Result,
  ): Result
}
/** The meter of OpenTelemetry, as far as it is used. */
export type Meter = {
  createCounter(name: string): { add(amount: number, attributes: TelemetryAttributes): void }
  createHistogram(
    name: string,
    options: { unit: string },
  ): { record(value: number, attributes: TelemetryAttributes): void }
}

/**
 * Sends spans and metrics to the app's own OpenTelemetry SDK, through the `@opentelemetry/api` that the app imports.
 *
 * @throws INPUT_INVALID for anything else
 * @example
 * import * as api from '@opentelemetry/api'
 *
 * const telemetry = openTelemetry(api)
 * const service = createMilestoneService({ db, catalog, trace: telemetry.trace })
 * const server = createMilepostServer({ service, db, telemetry })
 */
export function openTelemetry(api: OpenTelemetryApi): Telemetry {
  if (typeof api?.trace?.getTracer !== 'function' || typeof api.metrics?.getMeter !== 'function')
    throw invalid('api', "must be the module: import * as api from '@opentelemetry/api'")
  const { trace, metrics, SpanStatusCode } = api
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
          // Only the code, because a message can contain what a user or the database said.
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
