import { sql } from 'drizzle-orm'
import { onTestFinished } from 'vitest'
import { type MilestoneService, unfollowTable } from '../../../src/index.js'
import type { TestDatabase } from '../../support/databases.js'

/** A catalog with everything that may depend on how and when a completion arrives. */
export const catalog = {
  points: [{ category: 'lesson', points: 5, cap: { points: 10, per: 'day' } }],
  milestones: [
    {
      id: 'first',
      title: 'First',
      requirement: { type: 'count', category: 'lesson', target: 1 },
      reward: { points: 10 },
    },
    {
      id: 'three',
      title: 'Three',
      requirement: { type: 'count', category: 'lesson', target: 3 },
      reward: { points: 30 },
    },
    { id: 'lines', title: 'Lines', requirement: { type: 'total', category: 'lesson', property: 'lines', target: 10 } },
    { id: 'days', title: 'Days', requirement: { type: 'streak', category: 'lesson', every: 'day', target: 3 } },
    { id: 'rich', title: 'Rich', requirement: { type: 'points', target: 40 } },
  ],
}

/** The two usual shapes of such a table in apps. */
export const shapes = {
  'a uuid key and a foreign key': [
    'create table host_users (id uuid primary key, name text)',
    `create table host_progress (id uuid primary key default gen_random_uuid(), user_id uuid not null references host_users (id) on delete cascade,
      category varchar(50) not null, item_key text not null, completed_at timestamp not null default now(), metadata json)`,
  ],
  'a composite key': [
    'create table host_users (id uuid primary key, name text)',
    `create table host_progress (user_id uuid not null, category text not null, item_key text not null,
      completed_at timestamptz not null default now(), metadata jsonb, primary key (user_id, category, item_key))`,
  ],
} as const

export type Shape = keyof typeof shapes

/** Makes tables of a host, which are unfollowed and removed after the test. */
export async function hostTables(
  { db, rows }: Pick<TestDatabase, 'db' | 'rows'>,
  statements: readonly string[],
  names: readonly string[] = ['host_progress', 'host_users'],
): Promise<void> {
  onTestFinished(async () => {
    for (const name of names) await unfollowTable(db, { table: `public.${name}` })
    for (const name of names) await rows(sql.raw(`drop table if exists ${name} cascade`))
  })
  for (const statement of statements) await rows(sql.raw(statement))
}

export const ann = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
export const bob = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'

/** Lessons out of order, in metadata what adds up. */
export const lessons = [
  { item: 'c', at: '2024-03-03T10:00:00Z', lines: 3 },
  { item: 'a', at: '2024-03-01T10:00:00Z', lines: 4 },
  { item: 'b', at: '2024-03-02T10:00:00Z', lines: 5 },
  { item: 'd', at: '2024-03-02T11:00:00Z', lines: 1 },
  { item: 'e', at: '2024-03-02T12:00:00Z', lines: 1 },
]

const rowOf = (userId: string, { item, at, lines }: (typeof lessons)[number]): string =>
  `('${userId}', 'lesson', '${item}', '${at.replace('Z', '')}+00', '{"lines":${lines}}')`

export const insertion = (userId: string, own = lessons): string =>
  `insert into host_progress (user_id, category, item_key, completed_at, metadata) values ${own.map(one => rowOf(userId, one)).join(', ')}`

export const holdingsOf = async (service: MilestoneService, userId: string) => {
  const badges = await service.getUserBadges(userId)
  const { totalPoints, level } = await service.getUserProgress(userId)
  return { badges: badges.map(({ id, earnedAt, points }) => [id, earnedAt.toISOString(), points]), totalPoints, level }
}

/** Returns what recording the same gives, by another user: one by one, or together, as rows that are counted together. */
export async function recorded(service: MilestoneService, how: 'one by one' | 'together', own = lessons) {
  const completions = own.map(({ item, at, lines }) => {
    return { userId: 'recorded', category: 'lesson', itemKey: item, completedAt: new Date(at), metadata: { lines } }
  })
  if (how === 'together') await service.record(completions)
  else for (const completion of completions) await service.record(completion)
  return holdingsOf(service, 'recorded')
}
