import type pg from 'pg'

/** Returns how much CPU time this process has used, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

// Fields of /proc/<pid>/stat, from the state on: time in user and in system mode, and for the postmaster, that of ended children.
const cpuOfServer = `
  with postmaster as (select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid),
  processes as (select pid, false as is_postmaster from pg_stat_activity union all select pid, true from postmaster),
  times as (
    select is_postmaster, regexp_split_to_array(
      regexp_replace(pg_read_file('/proc/' || pid || '/stat', 0, 4096, true), '^.*\\) ', ''), ' ')::text[] as field
    from processes
  )
  select 10 * sum(field[12]::float8 + field[13]::float8
    + case when is_postmaster then field[14]::float8 + field[15]::float8 else 0 end) as cpu_ms from times`

/**
 * Returns how much CPU time a Postgres on this machine has used with all its processes, in milliseconds. Asked as a
 * superuser. Its processes are found in /proc.
 */
export async function postgresCpuMs(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ cpu_ms: number }>(cpuOfServer)
  return rows[0]!.cpu_ms
}
