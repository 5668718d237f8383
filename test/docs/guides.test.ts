import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCommandLine } from '../../src/cli/command-line.js'
import { commands } from '../../src/cli/commands.js'
import { errorCodes } from '../../src/index.js'
import { blocksOf, guides, root, textOf } from './pages.js'

/** Projects that are built and run as a whole: every file of theirs in a page is the file that is tested. */
const projects: Readonly<Record<string, string>> = {
  'guides/nextjs.md': 'examples/next',
  'guides/express.md': 'examples/express',
  'guides/fastify.md': 'examples/fastify',
  'guides/hono.md': 'examples/hono',
  'guides/nestjs.md': 'examples/nestjs',
  'guides/sveltekit.md': 'examples/sveltekit',
  'guides/vercel.md': 'examples/vercel',
  'guides/aws-lambda.md': 'examples/lambda',
  'guides/docker.md': 'deploy/docker',
  'guides/kubernetes.md': 'deploy/kubernetes',
}
/** Recipes whose main files are modules with tests of their own. */
const recipes: Readonly<Record<string, string>> = {
  'recipes/badge-email-resend.md': 'badge-messages',
  'recipes/slack-and-discord.md': 'badge-messages',
  'recipes/discord-roles.md': 'badge-messages',
}
/** Pages that are no steps to follow. */
const withoutSteps = ['moving-over', 'testing', 'going-live', 'troubleshooting'].map(name => `guides/${name}.md`)

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

test.each(Object.entries(projects))('every file in docs/%s is the one in %s', (page, folder) => {
  const files = blocksOf(page).filter(({ path }) => path !== null)
  expect(files).not.toEqual([])
  for (const { path, text } of files) expect(text, path!).toBe(read(`${folder}/${path}`))
})

test.each(guides.filter(page => page.startsWith('recipes/')))('the modules in docs/%s are the tested ones', page => {
  const folder = `examples/recipes/src/${recipes[page] ?? /\/(.*)\.md/.exec(page)![1]}`
  const files = blocksOf(page).filter(({ path }) => path !== null && existsSync(join(root, folder, path)))
  expect(files).not.toEqual([])
  for (const { path, text } of files) expect(text, path!).toBe(read(`${folder}/${path}`))
})

test.each(guides.filter(page => !withoutSteps.includes(page)))(
  'docs/%s says what one will have, what one needs, and what comes next',
  page => {
    for (const part of [/^At the end /m, /^\*\*You need\*\* /m, /^## (\d\. )?See that it works$/m, /^## What next$/m])
      expect(textOf(page)).toMatch(part)
  },
)

test('every command in the guides is one that the command line takes', () => {
  const lines = [...guides.flatMap(commandLinesOf), ...serverArguments()]
  expect(lines.length).toBeGreaterThan(20)
  for (const line of lines) expect(() => readCommandLine(wordsOf(line), commands), line).not.toThrow()
})

test('docs/guides/troubleshooting.md explains every error code', () => {
  const page = textOf('guides/troubleshooting.md')
  expect(Object.keys(errorCodes).filter(code => !page.includes(`\n| \`${code}\` |`))).toEqual([])
})

function commandLinesOf(page: string): string[] {
  const shell = blocksOf(page).flatMap(({ language, text }) => (language === 'sh' ? [text] : []))
  const inline = [...textOf(page).matchAll(/`(npx milepost [^`]+)`/g)].map(match => match[1]!)
  return [...shell, ...inline].flatMap(text =>
    [...text.matchAll(/(?:npx milepost|run --rm milepost|cli\/main\.js) (.*)/g)].map(match => match[1]!),
  )
}

/** What the container and the cluster start. */
function serverArguments(): string[] {
  const dockerfile = JSON.parse(/^CMD (.*)$/m.exec(read('deploy/docker/Dockerfile'))![1]!) as string[]
  const manifest = [...read('deploy/kubernetes/milepost.yaml').matchAll(/args: \[(.*)\]/g)].map(match =>
    match[1]!.replaceAll(/[",]/g, ''),
  )
  return [dockerfile.join(' '), ...manifest]
}

function wordsOf(line: string): string[] {
  const words = line.replaceAll(/<[^>]*>/g, 'something').match(/"[^"]*"|'[^']*'|\S+/g) ?? []
  return words.map(word => word.replace(/^(["'])(.*)\1$/, '$2'))
}
