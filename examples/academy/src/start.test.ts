import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

test('npm start says where Academy and Studio are, a second start makes nothing a second time, and each ends in good order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'milepost-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const first = await start(folder)
  const second = await start(folder)
  for (const { page, output, code } of [first, second]) {
    expect(page).toContain('<title>Milepost Academy</title>')
    expect(output).toMatch(/\n {2}Studio +http:\/\/localhost:\d+\/studio\n/)
    expect(output).toMatch(/Closing…\n$/)
    expect(code).toBe(0)
  }
  expect(first.output).toMatch(/\n {2}mp_live_[\w-]{43}\n/)
  expect(second.output).not.toContain('mp_live_')
})

test('help is shown, and an option that does not exist is refused', async () => {
  expect(await ended(run(['--help']))).toMatchObject({ code: 0, output: expect.stringContaining('--port 5000') })
  expect(await ended(run(['--colour']))).toMatchObject({ code: 1, complaint: expect.stringContaining('--colour') })
})

type Ended = { readonly code: number | null; readonly output: string; readonly complaint: string }

/** Starts as `npm start` does, asks for the first page once it is told where that is, and interrupts. */
async function start(folder: string): Promise<Ended & { readonly page: string }> {
  const child = run(['--port', '0', '--data', folder])
  let page: Promise<string> | undefined
  const told = await ended(child, output => {
    const [, address] = /Academy +(http:\S+)\n.*Studio/.exec(output) ?? []
    if (!address || page) return
    page = fetch(address).then(response => response.text())
    void page.finally(() => child.kill('SIGINT'))
  })
  return { ...told, page: await page! }
}

function run(args: readonly string[]) {
  const child = spawn(process.execPath, ['scripts/start.mjs', 'academy', ...args], { cwd: root })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function ended(child: ReturnType<typeof run>, hear: (output: string) => void = () => {}): Promise<Ended> {
  const told = { output: '', complaint: '' }
  child.stdout.on('data', chunk => {
    told.output += chunk
    hear(told.output)
  })
  child.stderr.on('data', chunk => {
    told.complaint += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...told }
}
