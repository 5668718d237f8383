import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'

/** Asks a question. Only `y` or `yes` means yes; the end of the input and an abort mean no. */
export async function confirm(
  question: string,
  { input, output, signal }: { readonly input: Readable; readonly output: Writable; readonly signal: AbortSignal },
): Promise<boolean> {
  const lines = createInterface({ input, output })
  // Without this, Ctrl-C would only pause the input, and the process would not receive it.
  lines.on('SIGINT', () => process.emit('SIGINT'))
  try {
    const ended = new Promise<string>(resolve => lines.once('close', () => resolve('')))
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal }), ended])
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    if (signal.aborted) return false
    throw error
  } finally {
    lines.close()
  }
}
