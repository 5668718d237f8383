import * as api from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createMilepostServer, openTelemetry } from '../../src/http.js'
import { createMilestoneService, parseCatalog } from '../../src/index.js'
import { describeOnEach } from '../support/databases.js'

const spans = new InMemorySpanExporter()
const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter: figures, exportIntervalMillis: 3_600_000 })
const catalog = parseCatalog({
  milestones: [{ id: 't1', title: 'One', requirement: { type: 'tutorials_completed', count: 1 } }],
})

const { metrics, trace } = api

beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
})
afterAll(() => {
  trace.disable()
  metrics.disable()
})

describeOnEach(['pglite'], 'telemetry', database => {
  test('recording and awarding are spans, requests and awards are figures, and none names a user', async () => {
    const { db } = database
    const telemetry = openTelemetry(api)
    const service = createMilestoneService({ db, catalog, trace: telemetry.trace, whenUnapplied: 'warn' })
    const server = createMilepostServer({ service, db, telemetry, authorize: () => ({ scopes: ['record'] }) })
    onTestFinished(() => server.close())
    const body = JSON.stringify({ userId: 'canary', category: 'tutorial', itemKey: 'canary' })
    const headers = { 'content-type': 'application/json' }
    const response = await server.handler(new Request('http://test/v1/completions', { method: 'POST', body, headers }))
    expect(response.status).toBe(200)
    const seen = spans.getFinishedSpans()
    expect(seen.map(({ name }) => name)).toEqual(['milepost.evaluate', 'milepost.record'])
    expect(seen.map(({ attributes }) => attributes)).toEqual([
      { 'milepost.completions': 1 },
      { 'milepost.completions': 1 },
    ])
    await reader.forceFlush()
    const told = figures.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics))
    const names = told.map(({ descriptor }) => descriptor.name)
    expect(names).toEqual(
      expect.arrayContaining(['milepost.http.request.duration', 'milepost.completions', 'milepost.awards']),
    )
    expect(JSON.stringify(told.map(({ dataPoints }) => dataPoints))).not.toContain('canary')
  })
})
