import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common'
import { createMilestoneService, migrate } from 'milepost'
import { createMilepostServer } from 'milepost/http'
import { openPglite } from 'milepost/pglite'
import { catalog } from './catalog.js'

async function open() {
  const { db, close } = await openPglite('.milepost')
  await migrate(db)
  const service = createMilestoneService({ db, catalog })
  const server = createMilepostServer({
    service,
    db,
    basePath: '/badges',
    // A real app asks its session here, and never believes a header.
    authorize: request => {
      const userId = request.headers.get('x-demo-user')
      return userId === null ? null : { userId }
    },
  })
  return { service, server, close }
}

type Opened = Awaited<ReturnType<typeof open>>

/** The service and the API, for every class that asks for them. */
export class Milepost implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly service: Opened['service']
  readonly server: Opened['server']
  private readonly close: Opened['close']

  private constructor(opened: Opened) {
    this.service = opened.service
    this.server = opened.server
    this.close = opened.close
  }

  static async open(): Promise<Milepost> {
    return new Milepost(await open())
  }

  async beforeApplicationShutdown(): Promise<void> {
    // Nest waits for all answers next, and a live stream never ends by itself.
    await this.server.close()
  }

  async onApplicationShutdown(): Promise<void> {
    await this.service.close()
    await this.close()
  }
}
