import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

const kinds = { js: '.js', css: '.css' } as const

test('all components with their CSS are under 12 KB gzipped, without dependencies', async () => {
  const { files, inputs } = await bundle(`export * from './src/react.js'; import './src/react/react.css'`)
  expect(inputs.filter(path => !/^src\/(react[./]|client\/)|^<stdin>$/.test(path))).toEqual([])
  expect(gzipped(files, kinds.js) + gzipped(files, kinds.css)).toBeLessThan(12 * 1024)
})

test('one component includes only what it needs', async () => {
  const whole = gzipped((await bundle(`export * from './src/react.js'`)).files, kinds.js)
  const one = await bundle(`export { MilepostProvider, LevelBar } from './src/react.js'`)
  expect(gzipped(one.files, kinds.js)).toBeLessThan(whole * 0.65)
  expect(one.used.filter(path => /toaster|chime|leaderboard|why-not|checklist/.test(path))).toEqual([])
})

type Bundled = {
  readonly files: readonly { readonly path: string; readonly contents: Uint8Array }[]
  readonly inputs: readonly string[]
  /** Of the inputs, those of which something is left. */
  readonly used: readonly string[]
}

async function bundle(contents: string): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    outdir: 'unwritten',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    jsx: 'automatic',
    external: ['react', 'react/*'],
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  return { files: outputFiles, inputs: Object.keys(metafile.inputs), used }
}

function gzipped(files: Bundled['files'], ending: string): number {
  return files
    .filter(({ path }) => path.endsWith(ending))
    .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0)
}
