// Describes the public face of each entry of the package in api/, so that a change of it shows in review. Reads dist/: build before.
// `--write` renews api/; without it, differences and what is not in order are listed.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { root } from './run.mjs'

const folder = join(root, 'api')
// Drizzle infers the types of tables, over thousands of lines. The test of schema drift holds the tables.
const leftOut = ['schema', 'react.css']
const quiet = { default: { logLevel: 'none' } }

/** Describes every entry: the text of its report by file name, and what is not in order, such as a type that is not exported. */
export function apiReports() {
  const temporary = mkdtempSync(join(tmpdir(), 'milepost-api-'))
  try {
    const faults = []
    const configs = entries().map(entry => configOf(entry, temporary))
    const [first, ...others] = configs
    const compilerState = CompilerState.create(first, {
      additionalEntryPoints: others.map(config => config.mainEntryPointFilePath),
    })
    for (const config of configs)
      Extractor.invoke(config, { localBuild: true, compilerState, messageCallback: noted(faults) })
    const names = readdirSync(temporary).sort()
    const reports = new Map(names.map(name => [name, readFileSync(join(temporary, name), 'utf8')]))
    return { faults: faults.filter(fault => !isInMain(fault, reports.get('index.api.md'))), reports }
  } finally {
    rmSync(temporary, { recursive: true })
  }
}

/** Returns the files of api/ that do not say what the package exports now. */
export function outdatedReports(reports) {
  const kept = existsSync(folder) ? readdirSync(folder) : []
  const names = [...new Set([...kept, ...reports.keys()])]
  return names.filter(name => !kept.includes(name) || readFileSync(join(folder, name), 'utf8') !== reports.get(name))
}

function entries() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const typed = Object.values(exports).flatMap(({ types }) =>
    types ? [types.slice('./dist/'.length, -'.d.ts'.length)] : [],
  )
  return typed.filter(entry => !leftOut.includes(entry))
}

function configOf(entry, temporary) {
  return ExtractorConfig.prepare({
    configObjectFullPath: join(root, 'api-extractor.json'),
    packageJsonFullPath: join(root, 'package.json'),
    packageJson: { name: 'milepost', version: '0.0.0' },
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, 'dist', `${entry}.d.ts`),
      compiler: { tsconfigFilePath: join(root, 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${entry}.api.md`,
        reportFolder: temporary,
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: quiet,
        tsdocMessageReporting: quiet,
        extractorMessageReporting: {
          ...quiet,
          'ae-forgotten-export': { logLevel: 'error' },
          'ae-undocumented': { logLevel: 'error' },
        },
      },
    },
  })
}

// The other entries name what their own signatures take and answer; what stands deeper in these is exported by `milepost`.
function isInMain(fault, main) {
  const [, name, entry] =
    /The symbol "(\w+?)(?:_\d+)?" needs to be exported by the entry point ([\w-]+)\.d\.ts/.exec(fault) ?? []
  if (name === undefined || entry === 'index') return false
  return name === 'problems' || new RegExp(`^export (type|class|function|const) ${name}\\b`, 'm').test(main)
}

function noted(faults) {
  return message => {
    message.handled = true
    if (message.logLevel === 'error') faults.push(`${message.sourceFilePath?.slice(root.length) ?? ''} ${message.text}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { faults, reports } = apiReports()
  if (process.argv.includes('--write')) {
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder)) if (!reports.has(name)) rmSync(join(folder, name))
    for (const [name, text] of reports) writeFileSync(join(folder, name), text)
  }
  const problems = [
    ...faults,
    ...outdatedReports(reports).map(name => `api/${name} is not up to date. Run this with --write.`),
  ]
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
