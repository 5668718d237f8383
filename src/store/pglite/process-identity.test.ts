import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { currentProcess, fromClaimName, isSameProcess, lifeOf, toClaimName } from './process-identity.js'

const me = currentProcess()

test('reads back from a claim what was written into it', () => {
  expect(fromClaimName(toClaimName(me))).toEqual(me)
})

test('gives every claim a name of its own', () => {
  expect(toClaimName(me)).not.toBe(toClaimName(me))
})

test.each(['', '1', 'lock', '12-3-4-5', 'x-1-2-3-4-5'])('does not read "%s" as a claim', name => {
  expect(fromClaimName(name)).toBeUndefined()
})

test('sees that a running process lives and that an ended one is dead', () => {
  expect(lifeOf(me, me)).toBe('alive')
  const { pid } = spawnSync(process.execPath, ['--version'])
  expect(lifeOf({ ...me, pid }, me)).toBe('dead')
})

test.runIf(process.platform === 'linux')('tells a process from an earlier one with its pid', () => {
  expect(lifeOf({ ...me, startedAt: '1' }, me)).toBe('dead')
  expect(isSameProcess({ ...me, startedAt: '1' }, me)).toBe(false)
})

test('treats a process from before a restart of the machine as ended', () => {
  expect(lifeOf({ ...me, boot: 'earlier' }, me)).toBe('dead')
})

test('never takes for dead what it cannot see: other machines, other containers', () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  expect(lifeOf({ ...me, pid, host: 'other' }, me)).toBe('unknown')
  expect(lifeOf({ ...me, pid, namespace: 'other' }, me)).toBe('unknown')
  expect(lifeOf({ ...me, host: 'other', boot: 'other' }, me)).toBe('unknown')
})
