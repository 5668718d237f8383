import { expect, test } from 'vitest'
import { isInRange } from './version-range.js'

test.each([
  ['8.23.1', '^8.11.0', true],
  ['8.10.9', '^8.11.0', false],
  ['9.0.0', '^8.11.0', false],
  ['0.5.16', '^0.5.16', true],
  ['0.5.17', '^0.5.16', true],
  ['0.6.0', '^0.5.16', false],
  ['20.19.0', '>=20.19', true],
  ['20.18.3', '>=20.19', false],
  ['24.1.0', '>=20.19', true],
  ['0.45.9', '^0.45.4 || >=1.0.0-rc.5 <2', true],
  ['0.46.0', '^0.45.4 || >=1.0.0-rc.5 <2', false],
  ['1.0.0-rc.4', '^0.45.4 || >=1.0.0-rc.5 <2', false],
  ['1.0.0-rc.10', '^0.45.4 || >=1.0.0-rc.5 <2', true],
  ['1.2.0', '^0.45.4 || >=1.0.0-rc.5 <2', true],
  ['2.0.0-beta.1', '^0.45.4 || >=1.0.0-rc.5 <2', false],
  ['19.3.1', '^18.0.0 || ^19.0.0', true],
])('%s is in %s: %s', (version, range, expected) => {
  expect(isInRange(version, range)).toBe(expected)
})
