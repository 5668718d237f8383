import { expect, test } from 'vitest'
import { type Mount, mounted } from './mount.js'

const mount: Mount = {
  imports: [['handleBadges', './milepost/routes.js']],
  line: app => `${app}.all('/badges/*', handleBadges)`,
}

test('the import comes after the others, the route after the app, in the style of the file', () => {
  const source = `import { serve } from "@hono/node-server";\nimport {\n  Hono,\n} from "hono";\n\nconst app = new Hono<{ Bindings: {} }>({ strict: (1 > 0) });\n\nserve(app);\n`
  expect(mounted(source, 'hono', mount)).toBe(
    `import { serve } from "@hono/node-server";\nimport {\n  Hono,\n} from "hono";\nimport { handleBadges } from "./milepost/routes.js";\n\nconst app = new Hono<{ Bindings: {} }>({ strict: (1 > 0) });\napp.all('/badges/*', handleBadges);\n\nserve(app);\n`,
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
