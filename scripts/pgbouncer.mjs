import { existsSync } from 'node:fs'
import { installPackages } from './debian.mjs'

const program = '/usr/sbin/pgbouncer'

/** Sees to it that the tests behind PgBouncer can run: installs it as root on Debian, else says what is left out. */
export function providePgbouncer() {
  if (existsSync(program)) return
  installPackages('for the tests behind it', [['pgbouncer']])
  if (existsSync(program)) return
  console.log(
    'PgBouncer is missing, so the tests behind it are skipped. Install it (Debian: apt-get install pgbouncer).',
  )
}
