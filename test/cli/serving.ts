import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { InstalledPackage } from './installed-package.js'
import { type Run, start } from './program.js'

/** A `milepost serve` that listens. */
export type Serving = {
  readonly child: ChildProcess
  readonly url: string
  /** What it has written to stdout until now. */
  readonly said: () => string
  /** Waits until it has written this to stdout. */
  readonly heard: (text: string) => Promise<void>
  readonly ended: Promise<Run>
}

/** Starts `milepost serve` and waits until it listens. @throws with its stderr where it does not */
export async function serve(
  installed: InstalledPackage,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  command: 'serve' | 'studio' = 'serve',
): Promise<Serving> {
  const { child, ended } = start(installed, [command, ...args], env)
  let said = ''
  child.stdout!.on('data', text => {
    said += text
  })
  const failed = ended.then(({ code, stderr }) => {
    throw new Error(`milepost ${command} ended with ${code}:\n${stderr}`)
  })
  failed.catch(() => {})
  const heard = async (text: string): Promise<void> => {
    while (!said.includes(text)) await Promise.race([once(child.stdout!, 'data'), failed])
  }
  await heard('"listening"')
  const { url } = JSON.parse(said.split('\n').find(line => line.includes('"listening"'))!)
  return { child, url: url.replace('0.0.0.0', '127.0.0.1'), said: () => said, heard, ended }
}

/** Finds the key in what `milepost serve` has printed. */
export function firstKeyIn(said: string): string {
  return /^mp_live_\S{43}$/m.exec(said)![0]
}
