import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeChanges } from '../../src/cli/init/change.js'
import { planInit } from '../../src/cli/init/plan.js'
import { type Driver, frameworks, readProject } from '../../src/cli/init/project.js'
import { npm } from '../support/npm.js'

const minute = 60_000

/** What a project of each framework has, so that everything is written that may be. */
const packages = { kysely: '*', react: '*' }
const usual = {
  next: { package: 'next', files: { 'app/layout.tsx': '', 'app/globals.css': '' } },
  sveltekit: { package: '@sveltejs/kit', files: {} },
  nest: {
    package: '@nestjs/core',
    files: {
      'src/main.ts':
        'import { NestFactory } from "@nestjs/core";\nimport { AppModule } from "./app.module.js";\n\nconst app = await NestFactory.create(AppModule);\nawait app.listen(3000);\n',
      'src/app.module.ts':
        'import { Module } from "@nestjs/common";\n\n@Module({\n  imports: [],\n})\nexport class AppModule {}\n',
    },
  },
  hono: {
    package: 'hono',
    files: {
      'index.ts':
        'import { serve } from "@hono/node-server";\nimport { Hono } from "hono";\n\nconst app = new Hono();\n\nserve({ fetch: app.fetch, port: 3000 });\n',
    },
  },
  fastify: { package: 'fastify', files: { 'index.ts': 'import Fastify from "fastify";\n\nconst app = Fastify();\n' } },
  express: {
    package: 'express',
    files: { 'index.ts': 'import express from "express";\n\nconst app = express();\napp.listen(3000);\n' },
  },
  plain: { package: 'lodash', files: {} },
} as const satisfies Record<(typeof frameworks)[number], { package: string; files: Record<string, string> }>

test(
  'Prettier with its defaults finds nothing to change in what init writes',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'milepost-prettier-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'package.json'), '{}\n')
    writeFileSync(join(folder, '.prettierrc'), '{ "plugins": ["prettier-plugin-svelte"] }\n')
    await npm(['install', '--no-audit', '--no-fund', 'prettier@3', 'prettier-plugin-svelte@3', 'svelte@5'], folder)
    for (const framework of frameworks) {
      for (const language of ['ts', 'js']) {
        for (const type of ['module', 'commonjs']) {
          const driver = type === 'module' ? 'pglite' : language === 'ts' ? 'pg' : 'postgres'
          writeProject(join(folder, framework, language, type), {
            framework,
            isTypeScript: language === 'ts',
            type,
            driver,
          })
        }
      }
    }
    await npm(['exec', '--', 'prettier', '--check', ...frameworks], folder)
  },
  10 * minute,
)

function writeProject(
  folder: string,
  project: {
    readonly framework: (typeof frameworks)[number]
    readonly isTypeScript: boolean
    readonly type: string
    readonly driver: Driver
  },
): void {
  const { framework, isTypeScript, type, driver } = project
  const { package: name, files } = usual[framework]
  const manifest = { type, dependencies: { ...packages, [name]: '*' } }
  const all = {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'migrations/1.ts': '',
    ...(isTypeScript ? { 'tsconfig.json': '{}\n' } : {}),
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    const file = join(folder, isTypeScript ? path : path.replace(/\.tsx?$/, '.js'))
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
  }
  const plan = planInit(readProject(folder), driver, new Date('2026-05-08T10:20:30Z'))
  expect(plan.manual).toEqual([])
  writeChanges(folder, plan.changes)
}
