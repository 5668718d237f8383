import { expect, test } from 'vitest'
import { badgeIdParts } from './badge-id.js'

test('a badge of a plain milestone has its id', () => {
  expect(badgeIdParts('first-steps')).toEqual({ milestoneId: 'first-steps' })
})

test('a badge of a tier names its place', () => {
  expect(badgeIdParts('posts#2')).toEqual({ milestoneId: 'posts', tier: 2 })
  expect(badgeIdParts('a.b:c_d#10')).toEqual({ milestoneId: 'a.b:c_d', tier: 10 })
})

test('a badge of a repeatable milestone names its time', () => {
  expect(badgeIdParts('posts@3')).toEqual({ milestoneId: 'posts', time: 3 })
})

test.each(['posts#', 'posts@', 'posts#0', 'posts@01', 'posts#1.5', 'posts#-1', 'posts@two', '#', '', 'a\nb'])(
  '%j names no place, so all of it is the id',
  id => {
    expect(badgeIdParts(id)).toEqual({ milestoneId: id })
  },
)

test('only the last sign counts, so an id with two is one of no milestone', () => {
  expect(badgeIdParts('posts#1@2')).toEqual({ milestoneId: 'posts#1', time: 2 })
})
