import { expect, test } from 'vitest'
import type { Scope } from '../../core/users/scope.js'
import { type Access, type CallerCredential, callerOf, judge } from './credential.js'

const key = (...scopes: Scope[]): CallerCredential => ({ type: 'key', keyId: 'k', name: 'k', scopes: new Set(scopes) })
const user: CallerCredential = { type: 'user', userId: 'ann', expiresAt: null }
const host = (userId: string | undefined, ...scopes: Scope[]): CallerCredential => {
  return { type: 'host', userId, scopes: new Set(scopes) }
}
const forServers: Access = { scope: 'award' }
const ofOwnUser: Access = { scope: 'read', user: 'own' }
const ofAnyUser: Access = { scope: 'read', user: 'any' }

test.each([
  ['nobody on a public route', 'public', null, undefined, 'allowed'],
  ['nobody', forServers, null, undefined, 'unknown'],
  ['a key with the scope', forServers, key('award'), 'ann', 'allowed'],
  ['a key with another scope', forServers, key('record', 'read'), 'ann', 'forbidden'],
  ['an admin key', forServers, key('admin'), 'ann', 'allowed'],
  ['a key without the scope, of a route for users', ofOwnUser, key('record'), 'ann', 'forbidden'],
  ['a user on a route for servers', forServers, user, 'ann', 'forbidden'],
  ['a user on their own', ofOwnUser, user, 'ann', 'allowed'],
  ['a user on another', ofOwnUser, user, 'ben', 'hidden'],
  ['a user on a route about nobody else', ofOwnUser, user, undefined, 'allowed'],
  ['a user on a route for all users', ofAnyUser, user, undefined, 'allowed'],
  ["a host's user on their own", ofOwnUser, host('ann'), 'ann', 'allowed'],
  ["a host's user on another", ofOwnUser, host('ann'), 'ben', 'hidden'],
  ["a host's user on a route for servers", forServers, host('ann'), 'ann', 'forbidden'],
  ["a host's user with a scope, on another", ofOwnUser, host('ann', 'read'), 'ben', 'allowed'],
  ['a host without anything', ofOwnUser, host(undefined), 'ann', 'forbidden'],
] as const)('%s', (_, access, credential, userId, verdict) => {
  expect(judge(access, credential, userId)).toBe(verdict)
})

test('callers of different kinds are never taken for one', () => {
  expect([key('read'), { ...user, userId: 'k' } as const, host('k'), host(undefined)].map(callerOf)).toEqual([
    'key:k',
    'user:k',
    'host:k',
    'host:',
  ])
})
