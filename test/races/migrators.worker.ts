import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { migrate } from '../../src/index.js'
import { argument, receive, report } from '../support/worker-process.js'

const { url, connectionCount } = argument<{ url: string; connectionCount: number }>()
const clients = Array.from({ length: connectionCount }, () => new pg.Client({ connectionString: url }))
await Promise.all(clients.map(client => client.connect()))
report('ready')
await receive()
report(await Promise.all(clients.map(client => migrate(drizzle(client)))))
await Promise.all(clients.map(client => client.end()))
