import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'
import { atMost, type Figure } from '../figure.js'
import { type Study, studyOf } from '../study.js'
import { short } from '../wording.js'

const name = 'bundled for a function'

/** The size of a function that records, bundled by esbuild, minified and gzipped, without Drizzle and the driver. */
export const bundleSize: Study = studyOf(name, measure)

const root = fileURLToPath(new URL('../..', import.meta.url))

const app = `import { createMilestoneService, defineCatalog } from 'milepost'
export function start(db, milestones) {
  return createMilestoneService({ db, catalog: defineCatalog({ milestones }) })
}`

async function measure(): Promise<Figure> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: app, resolveDir: root },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    external: ['drizzle-orm', 'drizzle-orm/*', 'pg', 'postgres', '@electric-sql/pglite'],
    write: false,
    metafile: true,
  })
  const bytes = outputFiles[0]!.contents
  const detail = `${kilobytes(bytes.length)} before gzip: ${sharesOf(metafile)}`
  return atMost(80, { figure: name, value: gzipSync(bytes).length / 1000, unit: 'KB', detail })
}

function sharesOf({ outputs }: Metafile): string {
  const shares = new Map<string, number>()
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const from = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'milepost'
      shares.set(from, (shares.get(from) ?? 0) + bytesInOutput)
    }
  }
  const largest = [...shares].sort(([, a], [, b]) => b - a)
  return largest.map(([from, share]) => `${kilobytes(share)} of ${from}`).join(', ')
}

function kilobytes(bytes: number): string {
  return `${short(bytes / 1000)} KB`
}
