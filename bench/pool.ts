import pg from 'pg'

/** Opens a pool whose idle connections may end with the server, as they do when the bench is interrupted. */
export function openPool(url: string): pg.Pool {
  return new pg.Pool({ connectionString: url }).on('error', () => {})
}
