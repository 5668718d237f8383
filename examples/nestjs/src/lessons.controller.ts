import { Controller, Headers, HttpCode, Param, Post, UnauthorizedException } from '@nestjs/common'
import { Milepost } from './milepost'

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
}
