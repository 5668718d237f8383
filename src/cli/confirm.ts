import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import type { Answer } from './command.js'
import { exitCodes } from './exit-code.js'

/** What a command answers if its question was not answered with yes. */
export const declined: Answer = {
  data: { status: 'declined' },
  lines: () => ['Nothing was changed.'],
  exitCode: exitCodes.failed,
}

/**
 * Asks a question. Only `y` or `yes` means yes, and with `isYesByDefault` an empty line too; the end of the input and an
 * abort mean no.
 */
export async function confirm(
  question: string,
  {
    input,
    output,
    signal,
    isYesByDefault = false,
  }: {
    readonly input: Readable
    readonly output: Writable
    readonly signal: AbortSignal
    readonly isYesByDefault?: boolean
  },
): Promise<boolean> {
  const lines = createInterface({ input, output })
  // Without this, Ctrl-C would only pause the input, and the process would not receive it.
  lines.on('SIGINT', () => process.emit('SIGINT'))
  try {
    const ended = new Promise<string>(resolve => lines.once('close', () => resolve('no')))
    const answer = await Promise.race([
      lines.question(`${question} [${isYesByDefault ? 'Y/n' : 'y/N'}] `, { signal }),
      ended,
    ])
    return (isYesByDefault && answer.trim() === '') || /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    if (signal.aborted) return false
    throw error
  } finally {
    lines.close()
  }
}
