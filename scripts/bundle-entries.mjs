import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import { withFlatStatements } from './flat-statements.mjs'
import { root } from './run.mjs'

// These stay a file per module: React's `'use client'` marks single files.
const ofBrowsers = /^\.\/(react|client)\b/
// Of these the library uses a part, which bundling keeps. Whatever is installed of them costs a host nothing.
const bundledPackages = ['temporal-polyfill']

// The command as a function, for programs that call it in their own process.
const commandLine = 'dist/cli/run.js'

/**
 * Bundles the entries that run on servers from `src/`, with chunks that they share, over what the compiler wrote.
 *
 * @returns {Promise<string[]>} the scripts that the package needs
 */
export async function bundleEntries() {
  const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const entries = Object.entries(exports).flatMap(([name, { default: file }]) =>
    file?.endsWith('.js') ? [{ name, file }] : [],
  )
  const [bundled, kept] = await Promise.all([
    bundle([
      ...entries.filter(({ name }) => !ofBrowsers.test(name)).map(({ file }) => file),
      ...Object.values(bin),
      commandLine,
    ]),
    reachedFrom(entries.filter(({ name }) => ofBrowsers.test(name)).map(({ file }) => file)),
  ])
  return [...bundled, ...kept]
}

async function bundle(files) {
  const { metafile } = await build({
    ...shared,
    entryPoints: files.map(file => join('src', relative('dist', file).replace(/\.js$/, '.ts'))),
    outbase: 'src',
    outdir: 'dist',
    chunkNames: 'chunks/[hash]',
    splitting: true,
    target: 'node20.19',
    plugins: [packagesOutside, flatStatements],
  })
  const written = Object.keys(metafile.outputs).map(path => resolve(root, path))
  for (const path of written) if (path.endsWith('.js')) dropBareImports(path)
  return written
}

// esbuild imports chunks for their effects as well, which the package says there are none of: bundlers would warn.
function dropBareImports(path) {
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/^import "\.[^"]+";$/gm, ''))
}

async function reachedFrom(files) {
  const { metafile } = await build({
    ...shared,
    entryPoints: files,
    outdir: 'dist',
    packages: 'external',
    write: false,
  })
  return Object.keys(metafile.inputs).map(path => resolve(root, path))
}

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  metafile: true,
  logLevel: 'warning',
}

const packagesOutside = {
  name: 'packages-outside',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      const isInside =
        kind === 'entry-point' ||
        importer.includes('node_modules') ||
        bundledPackages.some(name => path.startsWith(name))
      return isInside ? undefined : { path, external: true }
    }),
}

const flatStatements = {
  name: 'flat-statements',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: withFlatStatements(readFileSync(path, 'utf8')),
      loader: 'ts',
    })),
}

/** Returns the licences that go with the bundles. */
export function bundledLicences() {
  const names = ['temporal-polyfill', 'temporal-utils']
  const texts = names.map(
    name => `${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim()}\n`,
  )
  return `Code of these packages is in the files of this folder.\n\n${texts.join('\n\n')}`
}
