import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApiDocument } from '../../src/http/docs/openapi.js'
import { npm } from '../support/npm.js'

// A generator of clients with a TypeScript of its own: it does not work with ours yet.
const generator = ['openapi-typescript@7.13.0', 'typescript@5.9.3']

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'milepost-clients-'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  await npm(['install', '--no-audit', '--no-fund', '--prefer-offline', ...generator], folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const use = `
import type { components, paths } from './api.js'

type Progress = paths['/v1/users/{userId}/progress']['get']['responses'][200]['content']['application/json']
export const next = (progress: Progress): number | null => progress.nextLevelPoints
export const isRefused = (problem: components['schemas']['Problem']): boolean => problem.code === 'FORBIDDEN'
`

test.each(['3.0.3', '3.1.0'] as const)(
  'openapi-typescript reads the document in OpenAPI %s, and its types compile',
  async edition => {
    writeFileSync(join(folder, 'api.json'), JSON.stringify(openApiDocument('1.0.0', '', edition)))
    await program('openapi-typescript', 'bin/cli.js', ['api.json', '--output', 'api.d.ts'])
    expect(readFileSync(join(folder, 'api.d.ts'), 'utf8')).toMatch(/nextLevelPoints: (number \| null|null \| number)/)
    writeFileSync(join(folder, 'use.ts'), use)
    const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--module', 'nodenext']
    await program('typescript', 'bin/tsc', [...options, 'use.ts'])
  },
)

async function program(name: string, file: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [join(folder, 'node_modules', name, file), ...args], { cwd: folder })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${stdout}${stderr}`)
  }
}
