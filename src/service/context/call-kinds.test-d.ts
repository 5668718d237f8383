import { test } from 'vitest'
import { bindCalls, type Definitions, reader, writer } from './call-kinds.js'

type Calls = {
  greet(name: string, options?: { readonly loud?: boolean; readonly times?: number }): Promise<string>
  leave(name: string): Promise<void>
}

const leave = writer([null], async (_: string) => {})
const greet = async (name: string, _: { readonly loud?: boolean; readonly times?: number } = {}) => name

test('a call whose options are not all listed does not compile', () => {
  // @ts-expect-error: `times` is missing
  void ({ leave, greet: reader([null, { loud: true }], greet) } satisfies Definitions<Calls>)
  void ({ leave, greet: reader([null, { loud: true, times: true }], greet) } satisfies Definitions<Calls>)
})

test('a service without one of its calls does not compile', () => {
  // @ts-expect-error: `greet` is missing
  void bindCalls<Calls>({ leave }, { requireOpen: () => {}, whenReady: undefined })
})
