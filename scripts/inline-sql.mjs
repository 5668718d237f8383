// Writes sql/*.sql into src/store/schema/migrations.generated.ts, so that the package needs no file access at run time.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const target = fileURLToPath(new URL('src/store/schema/migrations.generated.ts', root))

/** The text of the generated module for the files now in sql/. */
export function migrationsModule() {
  const names = readdirSync(new URL('sql', root))
    .filter(name => /^\d{4}_.+\.sql$/.test(name))
    .sort()
  const entries = names.map(name => {
    const text = readFileSync(new URL(`sql/${name}`, root), 'utf8')
    return `  { name: ${JSON.stringify(name.replace(/\.sql$/, ''))}, sql: ${JSON.stringify(text)} },`
  })
  return [
    '// Generated from sql/*.sql by scripts/inline-sql.mjs: edit those, never this.',
    'export const migrations: readonly { readonly name: string; readonly sql: string }[] = [',
    ...entries,
    ']',
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, migrationsModule())
