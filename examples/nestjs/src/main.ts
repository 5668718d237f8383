import { NestFactory } from '@nestjs/core'
import { toNodeHandler } from 'milepost/node'
import { AppModule } from './app.module.js'
import { Milepost } from './milepost.js'

async function bootstrap() {
  const app = await NestFactory.create(AppModule)
  app.enableShutdownHooks()
  // `listen` adds Nest's body parser. Milepost reads its own bodies, so it comes before.
  app.use('/badges', toNodeHandler(app.get(Milepost).server))
  await app.listen(process.env.PORT ?? 3000)
  console.log(`listening on ${await app.getUrl()}`)
}
await bootstrap()
