import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { planInit } from '../../src/cli/init/plan.js'
import { drivers, readProject } from '../../src/cli/init/project.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

const strictest = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
}

test('for every driver, the code compiles with everything strict that TypeScript has', async () => {
  // Below the repository, whose packages and built types it uses.
  const folder = join(root, '.cache', `init-${process.pid}`)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const driver of drivers) writeProject(join(folder, driver), driver)
  const compilerOptions = {
    ...strictest,
    module: 'nodenext',
    target: 'es2022',
    jsx: 'react-jsx',
    noEmit: true,
    declaration: true,
    skipLibCheck: true,
    // As `tsc --init` writes it.
    types: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*'] }))
  const failure = await promisify(execFile)(process.execPath, [join(root, 'scripts', 'tsc.mjs'), '-p', folder], {
    cwd: root,
  }).then(
    () => '',
    error => String(error.stdout),
  )
  expect(failure).toBe('')
})

function writeProject(folder: string, driver: (typeof drivers)[number]): void {
  mkdirSync(join(folder, 'migrations'), { recursive: true })
  writeFileSync(join(folder, 'migrations', '1_first.ts'), 'export {}\n')
  const packages = { react: '*', kysely: '*', typescript: '*' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies: packages }))
  const { changes } = planInit(readProject(folder), driver, new Date('2026-05-08T10:20:30Z'))
  writeChanges(folder, changes)
}
