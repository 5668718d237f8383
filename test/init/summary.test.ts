import { expect, test } from 'vitest'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { summaryLines } from '../../src/cli/init/summary.js'
import { makeProject } from './projects.js'

const app = "import express from 'express'\nconst app = express()\napp.listen(3000)\n"

/** What is printed in a project, once its packages were installed with other ranges than were asked for. */
function printed(files: Readonly<Record<string, string>>): readonly string[] {
  const project = readProject(makeProject(['express', 'milepost'], files, { type: 'module' }))
  const plan = planInit(project, 'pglite', new Date())
  const installed = { dependencies: { '@electric-sql/pglite': '^0.5.17', milepost: '^0.1.0' } }
  const result = { steps: plan.next, isUnchanged: false, installed, isUrlMissing: false }
  return summaryLines((_, text) => text, plan, result)
}

test('it ends with the command to run, the address to open and what to do there', () => {
  const lines = printed({ 'app.js': app })
  const next = lines.indexOf('Next: npm run dev')
  expect(lines.slice(next)).toEqual([
    'Next: npm run dev',
    'Open http://localhost:3000/badges and press "Finish a lesson".',
    '',
    'Who is signed in? Say so in milepost/user.js. Until then only `npm run dev` has a demo user.',
    'Record what your users complete: milepost/service.js shows how.',
    'In production: `npm run start`. Stop `npm run dev` first: one process at a time opens .milepost.',
  ])
})

test('where it does not find the port, it says so without one', () => {
  expect(printed({ 'app.js': app.replace('3000', 'config.port') })).toContain(
    'Open /badges of your app and press "Finish a lesson".',
  )
})

test('it prints the ranges that package.json has', () => {
  const lines = printed({ 'app.js': app })
  expect(lines).toContain('new     @electric-sql/pglite ^0.5.17 (package)')
  expect(lines.join('\n')).not.toContain('0.5.16')
})
