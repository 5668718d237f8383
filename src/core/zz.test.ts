import { test } from 'vitest'
import { rowsAfter } from '../../test/support/counted.js'
import { windowCounting } from './window-counting.js'
import { repeatCounting } from './repeat-counting.js'
import { streakCounting } from './streak-counting.js'
test('x', () => {
  for (const n of [1000, 3000, 10000]) {
    const given = Array.from({ length: n }, (_, i) => ({ at: i * 1000 }))
    let t = performance.now()
    const rows = rowsAfter(windowCounting(30 * 86400e3), given)
    console.log('window', n, (performance.now() - t).toFixed(0), 'ms', JSON.stringify(rows.get('')).length, 'bytes of state')
    t = performance.now()
    rowsAfter(repeatCounting({ target: 1e9, fold: 'sum', cooldownMs: 0, withinMs: 30 * 86400e3, unit: undefined }), given)
    console.log('repeat window', n, (performance.now() - t).toFixed(0), 'ms')
    t = performance.now()
    rowsAfter(streakCounting({ every: 'day', grace: 1, repeatEvery: undefined }), given.map(({ at }) => ({ at: at * 2 * 86400 })))
    console.log('streak grace', n, (performance.now() - t).toFixed(0), 'ms')
  }
}, 120000)
