import { Module } from '@nestjs/common'
import { AppController } from './app.controller.js'
import { AppService } from './app.service.js'
import { LessonsController } from './lessons.controller.js'
import { Milepost } from './milepost.js'

@Module({
  imports: [],
  controllers: [AppController, LessonsController],
  providers: [AppService, { provide: Milepost, useFactory: () => Milepost.open() }],
})
export class AppModule {}
