import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { makeProject } from './projects.js'

const typeScript = { 'tsconfig.json': '{}', '.gitignore': 'node_modules\n' }

test.each([
  [
    'nestjs',
    ['@nestjs/core'],
    {
      'src/main.ts': 'const app = await NestFactory.create(AppModule)\n',
      'src/app.module.ts': '@Module({ imports: [] })\nexport class AppModule {}\n',
    },
    'start:dev',
  ],
  [
    'nextjs',
    ['next', 'react'],
    {
      'app/layout.tsx': '',
      'app/globals.css': ':root {\n}\n@media (prefers-color-scheme: dark) {\n}\n',
      'next.config.ts': 'const config = {}\n',
    },
    'dev',
  ],
  ['sveltekit', ['@sveltejs/kit'], {}, 'dev'],
] as const)('docs/guides/%s.md names every file that init writes into a new app', (name, packages, files, script) => {
  const folder = makeProject(packages, { ...typeScript, ...files }, { type: 'module', scripts: { [script]: '…' } })
  const plan = planInit(readProject(folder), 'pglite', new Date())
  const page = readFileSync(fileURLToPath(new URL(`../../docs/guides/${name}.md`, import.meta.url)), 'utf8')
  const section = /^## After `npx milepost init`$(.*?)^## /ms.exec(page)![1]!
  const named = [...section.matchAll(/^\| `([^`]+)`/gm)].map(match => match[1]!)
  expect(named.toSorted()).toEqual(plan.changes.map(({ path }) => path).toSorted())
  expect(section).toContain(plan.dev)
})
