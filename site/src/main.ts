import { mkdirSync, mkdtempSync, rmSync, watch } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, createServer } from 'vitepress'
import { root } from './source-pages.js'
import { stage, stagePage } from './stage.js'

const site = join(root, 'site')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    port: { type: 'string' },
    open: { type: 'boolean', default: false },
  },
})

mkdirSync(join(root, '.cache'), { recursive: true })
if (positionals[0] === 'build') await buildSite()
else await develop()

async function buildSite(): Promise<void> {
  // A folder of its own, since another build or a development server may run at the same time.
  const staged = mkdtempSync(join(root, '.cache/site-'))
  try {
    await stageFor(staged)
    await build(site, values.out === undefined ? {} : { outDir: values.out })
  } finally {
    rmSync(staged, { recursive: true })
  }
}

async function develop(): Promise<void> {
  const staged = join(root, '.cache/site')
  await stageFor(staged)
  const port = values.port === undefined ? {} : { port: Number(values.port) }
  const server = await createServer(site, { ...port, open: values.open })
  await server.listen()
  server.printUrls()
  for (const folder of ['docs', 'site/pages']) {
    watch(join(root, folder), { recursive: true }, (_, name) => {
      if (name?.endsWith('.md')) stagePage(staged, `${folder}/${name}`)
    })
  }
}

async function stageFor(staged: string): Promise<void> {
  await stage(staged, { isQuick: false })
  // VitePress takes its configuration from a file alone.
  process.env.MILEPOST_SITE_SOURCE = staged
}
