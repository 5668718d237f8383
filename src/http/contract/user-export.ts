import { z } from '@hono/zod-openapi'
import { instant, visibility } from './fields.js'

const row = z.record(z.string(), z.unknown())
const rows = z.array(row)

export const userExport = z
  .object({
    format: z.literal('milepost-user'),
    version: z.literal(1),
    exportedAt: instant,
    userId: z.string(),
    formerIds: z.array(z.string()),
    visibility,
    standing: z.nullable(row),
    completions: rows,
    badges: rows,
    metrics: rows,
    timeZones: rows,
    attributes: rows,
    pauses: rows,
    freezes: rows,
    decisions: rows,
    sightings: rows,
    ledger: rows,
    periodPoints: rows,
    folds: rows,
    foldedKeys: rows,
    audit: rows,
    events: rows,
    deliveries: rows,
  })
  .openapi('UserExport')
