import { expect, test } from 'vitest'
import { badgeIdParts, goalIdOf } from './badge-id.js'

test('a badge of a plain milestone has its id', () => {
  expect(badgeIdParts('first-steps')).toEqual({ milestoneId: 'first-steps' })
})

test('a badge of a tier names its key', () => {
  expect(badgeIdParts('posts#gold')).toEqual({ milestoneId: 'posts', tier: 'gold' })
  expect(badgeIdParts('a.b:c_d#10')).toEqual({ milestoneId: 'a.b:c_d', tier: '10' })
})

test('a badge of a repeatable milestone names its time', () => {
  expect(badgeIdParts('posts@3')).toEqual({ milestoneId: 'posts', time: '3' })
  expect(badgeIdParts('daily@2026-W48')).toEqual({ milestoneId: 'daily', time: '2026-W48' })
})

test.each(['posts#', 'posts@', 'posts#a b', 'posts@\n', 'posts#1@2', 'posts@1#2', 'posts##1', '#', '', 'a\nb'])(
  '%j names neither tier nor time, so all of it is the id',
  id => {
    expect(badgeIdParts(id)).toEqual({ milestoneId: id })
  },
)

test('a time is of a goal, a tier is one', () => {
  expect(['once', 'posts#gold', 'posts@3', 'daily@2026-11-28'].map(goalIdOf)).toEqual([
    'once',
    'posts#gold',
    'posts',
    'daily',
  ])
})
