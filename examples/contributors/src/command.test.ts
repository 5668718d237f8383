import { expect, test } from 'vitest'
import { parseCommand } from './command.js'

test('without arguments the repository here is read', () => {
  expect(parseCommand([])).toEqual({ action: 'read', isSample: false })
})

test('a path, a person and a data folder are taken over', () => {
  expect(parseCommand(['../other', '--person', 'ada', '--data', '/tmp/x'])).toEqual({
    action: 'read',
    path: '../other',
    isSample: false,
    person: 'ada',
    dataFolder: '/tmp/x',
  })
})

test('help goes before anything else', () => {
  expect(parseCommand(['--help', '--sample'])).toEqual({ action: 'help' })
})

test.each([
  [['--colour'], /Unknown option '--colour'\. See npm run demo:contributors -- --help\.$/],
  [['a', 'b'], /one repository at a time/],
  [['a', '--sample'], /not both/],
  [['--person'], /argument missing/],
])('%j is refused with what to do', (args, message) => {
  expect(parseCommand(args)).toEqual({ action: 'refuse', message: expect.stringMatching(message) })
})
