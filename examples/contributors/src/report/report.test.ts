import type { Badge, LeaderboardEntry, UserProgress } from 'milepost'
import { expect, test } from 'vitest'
import { catalog, levelNames } from '../catalog.js'
import { widthOf } from '../columns.js'
import type { RecordedHistory } from '../record-history.js'
import { screenOf } from '../screen.js'
import { type CardView, cardLines } from './card.js'
import { leaderboardLines } from './leaderboard.js'
import { newAwardLines } from './new-awards.js'
import { summaryLines } from './summary.js'

const screen = screenOf({}, {})
const longName = '👩‍🚀 Ada Augusta King, Countess of Lovelace, 山田太郎 and some eighty more characters'

const history: RecordedHistory = {
  commitCount: 1234,
  newCount: 0,
  newCompletionCount: 0,
  awardedCount: 0,
  lastAwards: [],
  names: new Map([['ada', 'Ada']]),
  span: { from: new Date('2002-02-14T00:00:00Z'), to: new Date('2019-06-10T00:00:00Z') },
  undatedCount: 0,
}

const entry: LeaderboardEntry = {
  rank: 1,
  userId: 'ada',
  points: 12_345,
  level: 5,
  levelName: 'Regular',
  badgeCount: 27,
  reachedAt: new Date('2019-06-10T00:00:00Z'),
}

function badgeOf({ id, title, icon, description, rarity, reward }: (typeof catalog.milestones)[number]): Badge {
  const { points } = reward
  const earnedAt = new Date('2019-06-10T00:00:00Z')
  return {
    id,
    name: title,
    icon,
    description,
    category: 'milestone',
    rarity,
    points,
    unlocks: [],
    earnedAt,
    expiresAt: null,
    awardedBy: null,
    replaces: null,
  }
}

function viewOf(heldCount: number, progress: Partial<UserProgress> = {}): CardView {
  const badges = catalog.milestones.slice(0, heldCount).map(badgeOf)
  return {
    card: {
      entry,
      progress: {
        userId: 'ada',
        earnedBadges: badges,
        completedMilestones: badges.map(({ id }) => id),
        totalPoints: 290,
        level: 5,
        levelName: 'Craftsperson',
        levelPoints: 250,
        nextLevelPoints: 320,
        unlocks: [],
        milestones: catalog.milestones.map(({ id }, place) => ({
          id,
          isHidden: false,
          timesEarned: place < heldCount ? 1 : 0,
          isLocked: false,
          current: 123_456,
          target: 1_000_000,
          ratio: 0.12,
          status: place < heldCount ? 'earned' : 'open',
          isEarned: place < heldCount,
        })),
        timeZone: 'UTC',
        visibility: 'on',
        ...progress,
      },
    },
    name: 'Ada',
    milestones: catalog.milestones,
    levelNames,
    holderCounts: new Map(badges.map(({ id }) => [id, 3])),
    personCount: 96,
  }
}

function widest(lines: readonly string[]): number {
  return Math.max(...lines.map(widthOf))
}

function summary(changes: Partial<RecordedHistory>, isStopped = false): string {
  return summaryLines(screen, { history: { ...history, ...changes }, elapsedMs: 2000, isStopped }).join('\n')
}

test('no line is wider than the screen, whatever the names', () => {
  const names = new Map([['ada', longName]])
  const entries = [entry, { ...entry, rank: 1234 }]
  for (const columns of [50, 64, 80]) {
    const narrow = screenOf({ columns }, {})
    const award = { userId: 'ada', badge: badgeOf(catalog.milestones.at(-1)!) }
    const lines = [
      ...leaderboardLines(narrow, { entries, names, levelNames }),
      ...cardLines(narrow, { ...viewOf(20), name: longName }),
      ...newAwardLines(screen, { ...history, names, newCount: 1, lastAwards: [award] }),
    ]
    expect(widest(lines.filter(line => !line.startsWith('Level')))).toBeLessThanOrEqual(80)
  }
  expect(widest(cardLines(screen, viewOf(20)))).toBeLessThanOrEqual(80)
})

test('a first run says what it has brought', () => {
  expect(summary({ newCount: 1234, newCompletionCount: 3000, awardedCount: 40 })).toBe(
    [
      '1,234 commits by 1 person, 14 Feb 2002 to 10 Jun 2019.',
      '1,234 recorded, 40 badges awarded.',
      '2.0 s, 617 commits a second, 3,000 completions',
    ].join('\n'),
  )
})

test('a second run says that nothing is new', () => {
  expect(summary({})).toContain('Nothing new: all 1,234 commits were already recorded.')
  expect(summary({ commitCount: 1 })).toContain('Nothing new: the one commit was already recorded.')
})

test('a run with a few new commits tells them from the known', () => {
  expect(summary({ newCount: 4, awardedCount: 1 })).toContain('4 recorded, 1,230 already known, 1 badge awarded.')
})

test('an empty history says what will be here', () => {
  expect(summary({ commitCount: 0 })).toBe('No commits yet. The first one brings the first badge.')
})

test('a run that was stopped says how to go on', () => {
  expect(summary({ newCount: 4 }, true)).toMatch(/What was read is kept; run it again to go on\.$/)
})

test('commits without a date are named', () => {
  expect(summary({ undatedCount: 2 })).toMatch(/2 commits have no date that can be, and count as made now\.$/)
})

test('a card shows the level, each badge with its date, and what is nearest', () => {
  const lines = cardLines(screen, viewOf(2))
  expect(lines[0]).toMatch(/^Ada ─+ No\. 1 of 96$/)
  expect(lines[1]).toBe('Level 5, Craftsperson  ██████████████████░░  290 points, 30 to Maintainer')
  expect(lines).toContain('2 of 29 badges')
  expect(lines.join('\n')).toMatch(/🌱 First commit +common +\+10 {2}held by 3 % +10 Jun 2019/)
  expect(lines.filter(line => line.includes('123,456 of 1,000,000'))).toHaveLength(5)
})

test('a card on the highest level and with every badge asks for nothing more', () => {
  const lines = cardLines(
    screen,
    viewOf(catalog.milestones.length, { level: 8, levelName: 'Legend', nextLevelPoints: null }),
  )
  expect(lines[1]).toBe('Level 8, Legend, the highest: 290 points')
  expect(lines.at(-1)).toBe('Every badge is held. There is nothing left to earn.')
})

test('new badges are shown from the second run on', () => {
  const lastAwards = [{ userId: 'ada', badge: badgeOf(catalog.milestones[0]!) }]
  expect(newAwardLines(screen, { ...history, newCount: 1234, lastAwards })).toEqual([])
  const [title, line] = newAwardLines(screen, { ...history, newCount: 1, lastAwards })
  expect(title).toMatch(/^New since the last run ─+$/)
  expect(line).toMatch(/^🌱 First commit +Ada +common, \+10 points$/)
})
