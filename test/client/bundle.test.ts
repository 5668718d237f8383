import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the client is under 4 KB for browsers and contains no server code', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [`${root}src/client.ts`],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    metafile: true,
    write: false,
  })
  const inputs = Object.keys(metafile.inputs)
  expect(inputs.filter(path => !/src\/client[./]/.test(path))).toEqual([])
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(4 * 1024)
})
