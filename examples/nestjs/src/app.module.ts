import { Module } from '@nestjs/common'
import { LessonsController } from './lessons.controller'
import { Milepost } from './milepost'

@Module({
  controllers: [LessonsController],
  providers: [{ provide: Milepost, useFactory: () => Milepost.open() }],
})
export class AppModule {}
