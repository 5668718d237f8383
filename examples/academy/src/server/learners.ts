import { createHash } from 'node:crypto'
import { eq, inArray, sql } from 'drizzle-orm'
import { boolean, pgSchema, text, timestamp } from 'drizzle-orm/pg-core'
import type { PgliteDatabase } from 'drizzle-orm/pglite'
import type { SimulatedLearner } from '../simulation/simulate.js'
import { AcademyError } from './academy-error.js'

export type Db = PgliteDatabase

export type Learner = {
  readonly userId: string
  readonly name: string
  readonly timeZone: string
  readonly isSimulated: boolean
}

const schema = pgSchema('academy')
const learners = schema.table('learners', {
  userId: text('user_id').primaryKey(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  isSimulated: boolean('is_simulated').notNull(),
})
const simulations = schema.table('simulations', {
  seed: text('seed').primaryKey(),
  until: timestamp('until', { withTimezone: true }).notNull(),
  isDone: boolean('is_done').notNull(),
})

/** Makes the tables of the academy itself, beside those of Milepost, where they are not there yet. */
export async function createLearnerTables(db: Db): Promise<void> {
  await db.execute(sql`create schema if not exists academy`)
  await db.execute(sql`create table if not exists academy.learners (
    user_id text primary key, name text not null, time_zone text not null, is_simulated boolean not null)`)
  await db.execute(sql`create table if not exists academy.simulations (
    seed text primary key, until timestamptz not null, is_done boolean not null)`)
}

/**
 * Lets somebody in by name alone: the same name is the same learner, however it is spaced and cased.
 * @throws AcademyError where it is no name, or that of somebody simulated
 */
export async function enter(db: Db, given: { readonly name: unknown; readonly timeZone: unknown }): Promise<Learner> {
  const name = checkedName(given.name)
  const timeZone = zoneFrom(given.timeZone)
  const userId = userIdOf(name)
  const [taken] = await db
    .select()
    .from(learners)
    .where(eq(sql`lower(${learners.name})`, name.toLowerCase()))
    .limit(1)
  if (taken?.isSimulated)
    throw new AcademyError(409, 'NAME_TAKEN', `“${name}” is a simulated learner here. Add something to your name.`)
  const [learner] = await db
    .insert(learners)
    .values({ userId, name, timeZone, isSimulated: false })
    .onConflictDoUpdate({ target: learners.userId, set: { timeZone } })
    .returning()
  return learner!
}

/** Names a learner so that a team finds them: the name in plain letters, then what tells it from all other names. */
function userIdOf(name: string): string {
  const lower = name.toLowerCase()
  const plain = lower
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40)
  return `${plain || 'learner'}-${createHash('sha256').update(lower).digest('hex').slice(0, 12)}`
}

/** Finds a learner. */
export async function findLearner(db: Db, userId: string): Promise<Learner | undefined> {
  const [learner] = await db.select().from(learners).where(eq(learners.userId, userId))
  return learner
}

/** Finds the names of learners, by user id. */
export async function findNames(db: Db, userIds: readonly string[]): Promise<Record<string, Named>> {
  if (userIds.length === 0) return {}
  const found = await db
    .select()
    .from(learners)
    .where(inArray(learners.userId, [...userIds]))
  return Object.fromEntries(found.map(({ userId, name, isSimulated }) => [userId, { name, isSimulated }]))
}

export type Named = Pick<Learner, 'name' | 'isSimulated'>

/** Puts simulated learners in. Those who are there stay as they are. */
export async function addSimulated(db: Db, simulated: readonly SimulatedLearner[]): Promise<void> {
  const rows = simulated.map(learner => ({ ...learner, timeZone: 'UTC', isSimulated: true }))
  await db.insert(learners).values(rows).onConflictDoNothing()
}

/** Begins a simulation, or tells until when one was simulated that was begun before. */
export async function beginSimulation(db: Db, seed: number, now: Date): Promise<{ until: Date; isDone: boolean }> {
  const row = { seed: String(seed), until: now, isDone: false }
  await db.insert(simulations).values(row).onConflictDoNothing()
  const [begun] = await db.select().from(simulations).where(eq(simulations.seed, row.seed))
  return begun!
}

/** Notes that a simulation is complete. */
export async function endSimulation(db: Db, seed: number): Promise<void> {
  await db
    .update(simulations)
    .set({ isDone: true })
    .where(eq(simulations.seed, String(seed)))
}

// Such as names of joiners and marks of direction alone.
const isVisible = /[\p{L}\p{N}\p{P}\p{S}]/u

function checkedName(given: unknown): string {
  const name = typeof given === 'string' ? given.normalize('NFC').replaceAll(/\s+/g, ' ').trim() : ''
  if (name === '' || [...name].length > 80 || /\p{Cc}/u.test(name) || !isVisible.test(name))
    throw new AcademyError(400, 'NAME_INVALID', 'Give a name of 1 to 80 characters.')
  return name
}

function zoneFrom(given: unknown): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: String(given ?? 'UTC') }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}
