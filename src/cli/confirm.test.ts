import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { confirm } from './confirm.js'

const { signal } = new AbortController()

test.each([
  ['y\n', true],
  ['YES\n', true],
  ['\n', false],
  ['n\n', false],
  ['yep\n', false],
])('%j to a question is %s', async (answer, isAgreed) => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const asked = confirm('Apply this?', { input, output, signal })
  input.write(answer)
  expect(await asked).toBe(isAgreed)
  expect(String(output.read())).toBe('Apply this? [y/N] ')
})

test('Enter means yes only where yes is the default, which the question shows', async () => {
  for (const [answer, isAgreed] of [
    ['\n', true],
    ['n\n', false],
    ['yep\n', false],
  ] as const) {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const asked = confirm('Write this?', { input, output, signal, isYesByDefault: true })
    input.write(answer)
    expect(await asked).toBe(isAgreed)
    expect(String(output.read())).toBe('Write this? [Y/n] ')
  }
  const ended = new PassThrough()
  ended.end()
  const asked = confirm('Write this?', { input: ended, output: new PassThrough(), signal, isYesByDefault: true })
  expect(await asked).toBe(false)
})

test('an input that ends without an answer, and an interrupt, are a no', async () => {
  const [ended, interrupted] = [new PassThrough(), new PassThrough()]
  ended.end()
  expect(await confirm('Apply this?', { input: ended, output: new PassThrough(), signal })).toBe(false)
  const controller = new AbortController()
  const asked = confirm('Apply this?', { input: interrupted, output: new PassThrough(), signal: controller.signal })
  controller.abort()
  expect(await asked).toBe(false)
})
