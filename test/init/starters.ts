import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { npm } from '../support/npm.js'

/** A fresh project of a framework, as its users begin with. */
export type Starter = {
  /** Makes it in a folder. It listens on `port`, by its source or by PORT. */
  readonly make: (folder: string, port: number) => Promise<void>
  /** What `npm run` is given to start it in development. */
  readonly dev: (port: number) => readonly string[]
  /** What makes sure that the generated code compiles, with the program of a package first. */
  readonly build: readonly string[] | null
  /** What runs it in production, if that needs no more than Node. */
  readonly production: readonly string[] | null
  /** How it ends in production when it is told to stop, if not with the exit code 0. */
  readonly ends?: number | NodeJS.Signals
}

/** What `npm create hono@latest -- --template nodejs` writes, which it downloads from GitHub. */
const hono: Starter = {
  make: async (folder, port) =>
    writeAll(folder, {
      'package.json': json({
        name: 'my-app',
        type: 'module',
        scripts: { dev: 'tsx watch src/index.ts', build: 'tsc', start: 'node dist/index.js' },
        dependencies: { '@hono/node-server': '^2.1.0', hono: '^4.13.0' },
        devDependencies: { '@types/node': '^20.11.17', tsx: '^4.7.1', typescript: '^5.8.3' },
      }),
      'tsconfig.json': json({
        compilerOptions: {
          target: 'ESNext',
          module: 'NodeNext',
          strict: true,
          verbatimModuleSyntax: true,
          skipLibCheck: true,
          types: ['node'],
          jsx: 'react-jsx',
          jsxImportSource: 'hono/jsx',
          outDir: './dist',
        },
        exclude: ['node_modules'],
      }),
      '.gitignore': 'node_modules/\ndist/\n',
      'src/index.ts': `import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()

app.get('/', (c) => {
  return c.text('Hello Hono!')
})

serve({
  fetch: app.fetch,
  port: ${port}
}, (info) => {
  console.log(\`Server is running on http://localhost:\${info.port}\`)
})
`,
    }),
  dev: () => ['dev'],
  build: ['typescript/bin/tsc'],
  production: ['dist/index.js'],
}

/** The hello world of the guide of Express, in CommonJS as `npm init -y` sets it up. */
const express: Starter = {
  make: async (folder, port) =>
    writeAll(folder, {
      'package.json': json({
        name: 'my-app',
        version: '1.0.0',
        main: 'app.js',
        scripts: { start: 'node app.js' },
        dependencies: { express: '^5.1.0' },
      }),
      'app.js': `const express = require('express')
const app = express()
const port = ${port}

app.get('/', (req, res) => {
  res.send('Hello World!')
})

app.listen(port, () => {
  console.log(\`Example app listening on port \${port}\`)
})
`,
    }),
  dev: () => ['dev'],
  build: null,
  production: ['app.js'],
}

/** The first example of Fastify's guide, as an ES module. */
const fastify: Starter = {
  make: async (folder, port) =>
    writeAll(folder, {
      'package.json': json({
        name: 'my-app',
        type: 'module',
        scripts: { dev: 'node --watch server.js', start: 'node server.js' },
        dependencies: { fastify: '^5.6.0' },
      }),
      'server.js': `import Fastify from 'fastify'

const fastify = Fastify({
  logger: true
})

fastify.get('/', function (request, reply) {
  reply.send({ hello: 'world' })
})

fastify.listen({ port: ${port} }, function (err, address) {
  if (err) {
    fastify.log.error(err)
    process.exit(1)
  }
})
`,
    }),
  dev: () => ['dev'],
  build: null,
  production: ['server.js'],
}

/** A project with nothing in it but TypeScript. */
const plain: Starter = {
  make: async folder =>
    writeAll(folder, {
      'package.json': json({ name: 'my-app', type: 'module', devDependencies: { typescript: '^5.8.3' } }),
      'tsconfig.json': json({
        compilerOptions: { module: 'nodenext', target: 'esnext', strict: true, skipLibCheck: true, noEmit: true },
      }),
    }),
  dev: () => ['dev'],
  build: ['typescript/bin/tsc'],
  production: null,
}

const next: Starter = {
  make: async folder => {
    await createNextApp(folder, ['--app'])
    // A build fetches these from Google, which a test must not need.
    const layout = join(folder, 'app/layout.tsx')
    const text = readFileSync(layout, 'utf8')
    writeFileSync(
      layout,
      text
        .replace(/^import .*next\/font\/google.*\n/m, '')
        .replace(/^const geist(Sans|Mono) = [\s\S]*?^\}\);\n/gm, '')
        .replaceAll(/\$\{geist\w+\.variable\}/g, ''),
    )
  },
  dev: () => ['dev'],
  build: ['next/dist/bin/next', 'build'],
  production: ['node_modules/next/dist/bin/next', 'start'],
  ends: 143,
}

/** The older router of Next.js, with a folder `pages`. */
const nextPages: Starter = {
  ...next,
  // Its only page loads those fonts, and an app may well have another one.
  make: async folder => {
    await createNextApp(folder, ['--no-app'])
    writeAll(folder, { 'pages/index.tsx': 'export default function Home() {\n  return <h1>Hello Next.js!</h1>\n}\n' })
  },
}

async function createNextApp(folder: string, flags: readonly string[]): Promise<void> {
  const always = ['--yes', '--typescript', '--no-git', '--skip-install', '--use-npm', '--disable-git']
  await npm(['exec', '--yes', '--', 'create-next-app@16', folder, ...always, ...flags], dirname(folder))
}

const nest: Starter = {
  make: async folder => {
    const flags = ['--skip-install', '--skip-git', '--package-manager', 'npm']
    await npm(['exec', '--yes', '--', '@nestjs/cli@12', 'new', 'my-app', ...flags], dirname(folder))
  },
  dev: () => ['start:dev'],
  build: ['@nestjs/cli/bin/nest.js', 'build'],
  production: ['dist/main.js'],
  // Nest sends itself the signal again when everything is closed.
  ends: 'SIGTERM',
}

const sveltekit: Starter = {
  make: async folder => {
    const flags = ['--template', 'minimal', '--types', 'ts', '--no-add-ons', '--no-install']
    await npm(['exec', '--yes', '--', 'sv', 'create', ...flags, folder], dirname(folder))
  },
  dev: port => ['dev', '--', '--port', String(port), '--strictPort', '--host', 'localhost'],
  build: ['vite/bin/vite.js', 'build'],
  production: null,
}

/** Every starter by name. */
export const starters = { hono, express, fastify, plain, next, nextPages, nest, sveltekit } as const satisfies Readonly<
  Record<string, Starter>
>

function writeAll(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
