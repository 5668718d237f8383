import { Controller, Get, Headers, HttpCode, Param, Post, UnauthorizedException } from '@nestjs/common'
import { Milepost } from './milepost.js'

@Controller('lessons')
export class LessonsController {
  constructor(private readonly milepost: Milepost) {}

  @Post(':id/finished')
  @HttpCode(200)
  async finished(@Param('id') id: string, @Headers('x-demo-user') userId?: string) {
    if (userId === undefined) throw new UnauthorizedException()
    const { awarded } = await this.milepost.service.record({ userId, category: 'lesson', itemKey: id })
    return { awarded: awarded.map(badge => badge.id) }
  }

  @Get('progress')
  async progress(@Headers('x-demo-user') userId?: string) {
    if (userId === undefined) throw new UnauthorizedException()
    const { totalPoints, level } = await this.milepost.service.getUserProgress(userId)
    const steps = await this.milepost.service.whatNext(userId)
    return { totalPoints, level, next: steps.map(({ title, text }) => `${title}: ${text}`) }
  }
}
