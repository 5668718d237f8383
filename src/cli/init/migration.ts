import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationSql } from '../../store/schema/migrate.js'
import { type Change, changedFile, newFile } from './change.js'
import { codeFile, textOf } from './layout.js'
import { programCommand } from './packages.js'
import { type Driver, filesIn, hasPackage, type Project } from './project.js'

/** How the tables are created: by files for the migration tool of the host, or by `milepost migrate`. */
export type MigrationPlan = { readonly changes: readonly Change[]; readonly next: readonly string[] }

/** Plans the migration. The embedded database creates its tables when it is opened. */
export function migrationPlan(project: Project, driver: Driver, now: Date): MigrationPlan {
  if (driver === 'pglite') return { changes: [], next: [] }
  return (
    withDrizzleKit(project, now) ??
    withPrisma(project, now) ??
    withKysely(project, now) ?? { changes: [], next: [programCommand(project.packageManager, 'milepost migrate')] }
  )
}

const breakpoint = '--> statement-breakpoint'

function withDrizzleKit(project: Project, now: Date): MigrationPlan | null {
  const config = filesIn(project, '').find(name => /^drizzle\.config\.[cm]?[jt]s$/.test(name))
  if (config === undefined) return null
  const text = readFileSync(join(project.folder, config), 'utf8')
  const out = /\bout\s*:\s*['"`]\.?\/?([^'"`]+)['"`]/.exec(text)?.[1]?.replace(/\/$/, '') ?? 'drizzle'
  const next = [programCommand(project.packageManager, 'drizzle-kit migrate')]
  const there = filesIn(project, out).find(name => /^\d+_milepost\.sql$/.test(name))
  if (there !== undefined) return { changes: [newFile(project.folder, `${out}/${there}`, '')], next }
  // Without a journal drizzle-kit has not written here yet, or it is a version with another layout.
  if (!filesIn(project, `${out}/meta`).includes('_journal.json')) return null
  const journal = `${out}/meta/_journal.json`
  const { entries } = JSON.parse(readFileSync(join(project.folder, journal), 'utf8')) as Journal
  const index = (entries.at(-1)?.idx ?? -1) + 1
  const tag = `${String(index).padStart(4, '0')}_milepost`
  const sql = migrationSql().map(migration => eachStatementApart(migration.sql.trim()))
  const entry = { idx: index, version: '7', when: now.getTime(), tag, breakpoints: true }
  return {
    changes: [
      newFile(project.folder, `${out}/${tag}.sql`, `${sql.join(`\n${breakpoint}\n`)}\n`),
      changedFile(project.folder, journal, before => withEntry(before, entry)),
    ],
    next,
  }
}

// Some drivers take one statement at a time.
function eachStatementApart(sql: string): string {
  return sql
    .replaceAll(/^(CREATE (?:SCHEMA|TABLE) IF NOT EXISTS [^\n]*;)\n/gm, `$1\n${breakpoint}\n`)
    .replace(/\n(INSERT INTO "milepost"\."migrations" [^\n]*)$/, `\n${breakpoint}\n$1`)
}

type Journal = { readonly entries: readonly { readonly idx: number }[] }

function withEntry(before: string, entry: object): string {
  const journal = JSON.parse(before) as Journal
  return JSON.stringify({ ...journal, entries: [...journal.entries, entry] }, null, 2)
}

function withPrisma(project: Project, now: Date): MigrationPlan | null {
  const { folder, manifest, packageManager } = project
  const isUsed = hasPackage(manifest, 'prisma') || hasPackage(manifest, '@prisma/client')
  if (!isUsed || !filesIn(project, 'prisma').includes('schema.prisma')) return null
  const name =
    filesIn(project, 'prisma/migrations').find(each => each.endsWith('_milepost')) ?? `${stamp(now)}_milepost`
  const sql = migrationSql().map(migration => migration.sql.replaceAll(breakpoint, '').trim())
  return {
    changes: [newFile(folder, `prisma/migrations/${name}/migration.sql`, `${sql.join('\n\n')}\n`)],
    next: [programCommand(packageManager, 'prisma migrate deploy')],
  }
}

const kyselyFolders = ['migrations', 'src/migrations', 'src/db/migrations', 'db/migrations']

function withKysely(project: Project, now: Date): MigrationPlan | null {
  if (!hasPackage(project.manifest, 'kysely')) return null
  const folder = kyselyFolders.find(path => filesIn(project, path).length > 0)
  if (folder === undefined) return null
  const there = filesIn(project, folder).find(name => /_milepost\.[cm]?[jt]s$/.test(name))
  const name = there ?? codeFile(project, `${stamp(now)}_milepost`)
  const file = newFile(project.folder, `${folder}/${name}`, textOf(project, 'kysely/migration.ts'))
  return { changes: [file], next: ['Run your Kysely migrations'] }
}

function stamp(now: Date): string {
  return now.toISOString().replaceAll(/\D/g, '').slice(0, 14)
}
