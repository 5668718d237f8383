import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'

/** An app that was started. */
export type RunningApp = {
  readonly said: () => string
  /** Tells it to stop, and returns how it ended: its exit code, or a signal. */
  readonly end: () => Promise<number | NodeJS.Signals>
  /** Kills it. */
  readonly stop: () => Promise<void>
}

/** Starts a program with what it starts itself, and waits until the address answers. @throws with what it said if it ends */
export async function startApp(
  command: readonly string[],
  { folder, url, env }: { readonly folder: string; readonly url: string; readonly env: NodeJS.ProcessEnv },
): Promise<RunningApp> {
  const [file, ...args] = command
  // In a group of its own, to end the watchers that a script starts too.
  const child = spawn(file!, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', text => {
      said += String(text)
    })
  }
  let isOver = false
  const ended = once(child, 'exit').then(([code, signal]) => {
    isOver = true
    return (code ?? signal) as number | NodeJS.Signals
  })
  const end = (): typeof ended => {
    child.kill('SIGTERM')
    return ended
  }
  const stop = async (): Promise<void> => {
    if (!isOver) process.kill(-child.pid!, 'SIGKILL')
    await ended
  }
  try {
    await expect
      .poll(
        async () =>
          isOver
            ? 'ended'
            : await fetch(url).then(
                ({ status }) => status > 0,
                () => false,
              ),
        {
          timeout: 240_000,
        },
      )
      .not.toBe(false)
  } catch (error) {
    await stop()
    throw new Error(`It does not answer at ${url}:\n${said}`, { cause: error })
  }
  if (isOver) throw new Error(`It ended before it answered:\n${said}`)
  return { said: () => said, end, stop }
}
