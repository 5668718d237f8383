import { existsSync } from 'node:fs'
import { installPackages } from './debian.mjs'

const program = '/usr/sbin/pgbouncer'

/** Provides PgBouncer, which some tests and figures need: installs it as root on Debian, otherwise says what is left out. */
export function providePgbouncer() {
  if (existsSync(program)) return
  installPackages('for what runs behind it', [['pgbouncer']])
  if (existsSync(program)) return
  console.log(
    'PgBouncer is missing, so what runs behind it is skipped. Install it (Debian: apt-get install pgbouncer).',
  )
}
