import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { buildStudio, studioModule } from './build-studio.mjs'
import { inlineVersion } from './inline-version.mjs'
import { install } from './install.mjs'
import { exitWith, isStarted, root, ScriptError } from './run.mjs'
import { shippedCss } from './shipped-css.mjs'
import { tsc } from './tsc.mjs'

const dist = join(root, 'dist')
const catalogSchema = join(dist, 'catalog.schema.json')
const stylesheet = join(dist, 'react.css')
// TypeScript looks for the types of everything that is imported, even for side effects only.
const stylesheetTypes = [`${stylesheet}.d.ts`, `${stylesheet}.d.cts`]
const licences = join(dist, 'licences.txt')
const stamp = join(root, '.cache', 'built')

/**
 * Builds `dist/` from `src/`, where what it is built from has changed since the last time.
 *
 * @throws {ScriptError} with the compiler's messages
 */
export async function build() {
  await install()
  // Of the library Studio takes types alone, and those from its sources.
  await Promise.all([buildLibrary(), buildStudio()])
}

async function buildLibrary() {
  inlineVersion()
  const wanted = fingerprint()
  const isWhole = [stamp, catalogSchema, stylesheet, ...stylesheetTypes, licences].every(existsSync)
  if (isWhole && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Building…')
  rmSync(stamp, { force: true })
  await compile()
  // They import packages that a fresh clone has only once `install` has run.
  const { bundledLicences, bundleEntries } = await import('./bundle-entries.mjs')
  const { writeCommonJs } = await import('./cjs-entries.mjs')
  const scripts = [...(await bundleEntries()), ...writeCommonJs()]
  await writeCatalogSchema(wanted)
  writeFileSync(stylesheet, shippedCss(readFileSync(join(root, 'src', 'react', 'react.css'), 'utf8')))
  for (const path of stylesheetTypes) writeFileSync(path, 'export {}\n')
  writeFileSync(licences, bundledLicences())
  const types = await publicTypes()
  removeAllBut(new Set([...types, ...scripts, catalogSchema, stylesheet, ...stylesheetTypes, licences, studioModule]))
  mkdirSync(join(root, '.cache'), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Contents and not times, since a checkout gives every file a new time. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const path of builtFrom())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}

function builtFrom() {
  const inFolder = folder => filesUnder(join(root, folder)).map(path => path.slice(root.length))
  const sources = [...inFolder('src'), ...inFolder('sql')].filter(path => !/\.test(-d)?\.tsx?$/.test(path))
  return [
    ...sources,
    'scripts/build.mjs',
    'scripts/bundle-entries.mjs',
    'scripts/cjs-entries.mjs',
    'scripts/flat-statements.mjs',
    'scripts/public-declarations.mjs',
    'scripts/shipped-css.mjs',
    'tsconfig.json',
    'tsconfig.build.json',
    'package.json',
    'package-lock.json',
  ].sort()
}

async function compile() {
  try {
    await promisify(execFile)(process.execPath, [...tsc, '-p', 'tsconfig.build.json'], {
      cwd: root,
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch (error) {
    throw new ScriptError(`${error.stdout ?? ''}${error.stderr ?? error}\nThe build failed.`)
  }
}

/** Takes out of the types what the entries do not show. Returns the files that are left: a third of all. */
async function publicTypes() {
  // A fresh clone has TypeScript only once `install` has run.
  const { keepPublicTypes } = await import('./public-declarations.mjs')
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const named = [...JSON.stringify(exports).matchAll(/"(\.\/dist\/[^"]+\.d\.c?ts)"/g)].map(([, file]) =>
    join(root, file),
  )
  const entries = named.filter(file => file.endsWith('.d.ts') && !stylesheetTypes.includes(file))
  return [...named, ...keepPublicTypes(entries, dist)]
}

/** The query makes Node load what was just built, should this process have loaded an older build already. */
async function writeCatalogSchema(version) {
  const module = pathToFileURL(join(dist, 'core', 'catalog', 'catalog-json-schema.js'))
  const { catalogJsonSchema } = await import(`${module}?${version}`)
  writeFileSync(catalogSchema, `${JSON.stringify(catalogJsonSchema(), null, 2)}\n`)
}

/** Removes what an earlier build left of sources that are gone. Emptying the folder first would break a reader meanwhile. */
function removeAllBut(kept) {
  for (const path of filesUnder(dist)) if (!kept.has(path)) rmSync(path)
}

function filesUnder(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath ?? entry.path, entry.name))
}

if (isStarted(import.meta.url)) {
  await exitWith(async () => {
    await build()
    return 0
  })
}
