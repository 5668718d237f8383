import type { Readable, Writable } from 'node:stream'
import type { Choice } from './command.js'
import { failure } from './failure.js'
import type { Interrupt } from './interrupt.js'

/** Lets the user choose one of several answers with the arrow keys. @throws INTERRUPTED */
export async function choose<Value extends string>(
  message: string,
  choices: readonly Choice<Value>[],
  { input, output, interrupt }: { readonly input: Readable; readonly output: Writable; readonly interrupt: Interrupt },
): Promise<Value> {
  const { isCancel, select } = await import('@clack/prompts')
  const options = choices.map(choice => ({ ...choice })) as unknown as Parameters<typeof select<string>>[0]['options']
  const chosen = await select<string>({ message, options, input, output, signal: interrupt.signal })
  if (isCancel(chosen)) throw failure('INTERRUPTED', 'Interrupted. Nothing was written.')
  return chosen as Value
}
