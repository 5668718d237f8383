import pg from 'pg'
import { argument, receive, report } from '../../support/worker-process.js'

type Task = { readonly url: string; readonly statements: readonly string[] }

const { url, statements } = argument<Task>()
const clients = Array.from({ length: 4 }, () => new pg.Client({ connectionString: url }))
await Promise.all(clients.map(client => client.connect()))
report('ready')
await receive()
const left = [...statements]
await Promise.all(
  clients.map(async client => {
    for (let next = left.pop(); next; next = left.pop()) await client.query(next)
  }),
)
await Promise.all(clients.map(client => client.end()))
