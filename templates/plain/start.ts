import { createServer } from 'node:http'
import { toNodeHandler } from 'milepost/node'
import { handleBadges } from './routes.js'

const port = Number(process.env.PORT ?? 3000)

createServer(toNodeHandler({ handler: handleBadges })).listen(port, () => {
  console.log(`Your badges: http://localhost:${port}/badges`)
})
