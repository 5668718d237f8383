import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { planInit } from '../../src/cli/init/plan.js'
import { readProject } from '../../src/cli/init/project.js'
import { makeProject } from './projects.js'

const gitignore = { '.gitignore': 'node_modules\n' }
const typeScript = { ...gitignore, 'tsconfig.json': '{}' }
const create = { express: 'express()', fastify: 'Fastify()', hono: 'new Hono()' } as const

/** A server of one file in JavaScript, as the guides of these frameworks write it. */
const small = (name: keyof typeof create) => {
  const code = `const app = ${create[name]}\nconst server = ${name === 'hono' ? 'serve(app, { port: 3000 })' : 'app.listen(3000)'}\n`
  return [name, [name], { ...gitignore, 'server.js': code }, []] as const
}

test.each([
  small('express'),
  small('fastify'),
  small('hono'),
  [
    'nestjs',
    ['@nestjs/core'],
    {
      ...typeScript,
      'src/main.ts': 'const app = await NestFactory.create(AppModule)\nawait app.listen(process.env.PORT ?? 3000)\n',
      'src/app.module.ts': '@Module({ imports: [] })\nexport class AppModule {}\n',
    },
    ['start:dev', 'build', 'start:prod'],
  ],
  [
    'nextjs',
    ['next', 'react'],
    {
      ...typeScript,
      'app/layout.tsx': '',
      'app/globals.css': ':root {\n}\n@media (prefers-color-scheme: dark) {\n}\n',
      'next.config.ts': 'const config = {}\n',
    },
    ['dev', 'build', 'start'],
  ],
  ['sveltekit', ['@sveltejs/kit', '@sveltejs/adapter-auto'], typeScript, ['dev', 'build']],
] as const)('docs/guides/%s.md names every file that init writes into a new app', (name, packages, files, scripts) => {
  const manifest = { type: 'module', scripts: Object.fromEntries(scripts.map(script => [script, '…'])) }
  const folder = makeProject(packages, files, manifest)
  const plan = planInit(readProject(folder), 'pglite', new Date())
  const page = docsPage(`guides/${name}.md`)
  const section = /^## After `npx milepost init`$(.*?)^## /ms.exec(page)![1]!
  const named = [...section.matchAll(/^\| `([^`]+)`/gm)].map(match => match[1]!)
  expect(named.toSorted()).toEqual(plan.changes.map(({ path }) => path).toSorted())
  expect(section).toContain(`\n\`\`\`sh\n${plan.dev}\n\`\`\`\n\nOpen <${plan.page}> and press "Finish a lesson".`)
  const commands = plan.later.flatMap(line => [...line.matchAll(/`([^`]+)`/g)].map(match => match[1]!))
  expect(commands.filter(command => !section.includes(command))).toEqual([])
})

test('the page of the command links what every guide says about init', () => {
  const guides = readdirSync(fileURLToPath(new URL('../../docs/guides', import.meta.url)))
  const withSection = guides.filter(name => docsPage(`guides/${name}`).includes('\n## After `npx milepost init`\n'))
  const linked = [...docsPage('cli.md').matchAll(/\(guides\/([\w-]+\.md)#after-npx-milepost-init\)/g)]
  expect(linked.map(match => match[1]!).toSorted()).toEqual(withSection.toSorted())
})

function docsPage(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../docs/${path}`, import.meta.url)), 'utf8')
}
