import { expect, test } from 'vitest'
import { type Addition, mounted, withServer } from './mount.js'

const mount: Addition = {
  imports: [['handleBadges', './milepost/routes.js']],
  lines: app => [`${app}.all("/badges/*", handleBadges)`],
}
const stop: Addition = {
  imports: [['stopGracefully', './milepost/stop.js']],
  lines: server => [`stopGracefully(${server})`],
}

test('the import comes after the others, the route after the app, in the style of the file', () => {
  const source = `import { serve } from "@hono/node-server";\nimport {\n  Hono,\n} from "hono";\n\nconst app = new Hono<{ Bindings: {} }>({ strict: (1 > 0) });\n\nserve(app);\n`
  expect(mounted(source, 'hono', mount)).toBe(
    `import { serve } from "@hono/node-server";\nimport {\n  Hono,\n} from "hono";\nimport { handleBadges } from "./milepost/routes.js";\n\nconst app = new Hono<{ Bindings: {} }>({ strict: (1 > 0) });\napp.all("/badges/*", handleBadges);\n\nserve(app);\n`,
  )
})

test('CommonJS gets a require', () => {
  const source = `'use strict'\nconst express = require('express')\n\nvar app = express()\napp.listen(3000)\n`
  expect(mounted(source, 'express', mount)).toBe(
    `'use strict'\nconst express = require('express')\nconst { handleBadges } = require('./milepost/routes.js')\n\nvar app = express()\napp.all('/badges/*', handleBadges)\napp.listen(3000)\n`,
  )
})

test('a call over several lines, and an app inside a function, keep their shape', () => {
  const source = `import { NestFactory } from '@nestjs/core';\n\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule, {\n    logger: [")"],\n  });\n  await app.listen(3000);\n}\n`
  expect(mounted(source, 'nest', mount)).toContain(
    `  });\n  app.all('/badges/*', handleBadges);\n  await app.listen(3000);`,
  )
})

test.each([['const app = createApp()'], ['export default hono'], ['']])('in %j nothing is found', source => {
  expect(mounted(source, 'hono', mount)).toBeNull()
})

const express = "import express from 'express'\nimport { stopGracefully } from './milepost/stop.js'\n"

test.each([
  [
    'gets a name',
    "app.listen(3000, () => {\n  console.log('it\\'s up :)') // isn't it?\n})\nlater()\n",
    "const server = app.listen(3000, () => {\n  console.log('it\\'s up :)') // isn't it?\n})\nstopGracefully(server)\nlater()\n",
  ],
  [
    'gets another name if that one is taken',
    "app.get('/', server)\napp.listen(3000)\n",
    "app.get('/', server)\nconst httpServer = app.listen(3000)\nstopGracefully(httpServer)\n",
  ],
  [
    'keeps the name that it has',
    'const web = app.listen(3000)\n  .on("error", fail)\n',
    'const web = app.listen(3000)\n  .on("error", fail)\nstopGracefully(web)\n',
  ],
  [
    'may be made before it listens',
    'const http = createServer(app)\nhttp.listen(3000)\n',
    'const http = createServer(app)\nstopGracefully(http)\nhttp.listen(3000)\n',
  ],
])('a server of Express %s', (_, source, expected) => {
  expect(withServer(`import express from 'express'\n${source}`, 'express', stop)).toBe(express + expected)
})

test('a server of Hono gets a name, in the style of the file', () => {
  const source =
    'import { serve } from "@hono/node-server";\n\nserve({ fetch: app.fetch }, (info) => {\n  log(")");\n});\n'
  expect(withServer(source, 'hono', stop)).toBe(
    'import { serve } from "@hono/node-server";\nimport { stopGracefully } from "./milepost/stop.js";\n\nconst server = serve({ fetch: app.fetch }, (info) => {\n  log(")");\n});\nstopGracefully(server);\n',
  )
})

test.each([
  ['export default app\n'],
  ['start(() => app.listen(3000))\n'],
  ['const vite = await createServer(options)\n'],
])('in %j no server is found', source => {
  expect(withServer(source, 'express', stop)).toBeNull()
})
