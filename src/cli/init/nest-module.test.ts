import { expect, test } from 'vitest'
import { withNestModule } from './nest-module.js'

const imports = [['MilepostModule', './milepost/milepost.module.js']] as const
const first = "import { Module } from '@nestjs/common';\n"
const second = `${first}import { MilepostModule } from './milepost/milepost.module.js';\n`

test.each([
  ['@Module({\n  imports: [],\n})\n', '@Module({\n  imports: [MilepostModule],\n})\n'],
  ['@Module({\n  imports: [Orders],\n})\n', '@Module({\n  imports: [MilepostModule, Orders],\n})\n'],
  [
    '@Module({\n  imports: [\n    Orders,\n    Users,\n  ],\n})\n',
    '@Module({\n  imports: [\n    MilepostModule,\n    Orders,\n    Users,\n  ],\n})\n',
  ],
])('%j gets the module and its import', (source, expected) => {
  expect(withNestModule(first + source, imports)).toBe(second + expected)
})

test('without a list of imports it does not guess', () => {
  expect(withNestModule('@Module(options)\nexport class AppModule {}\n', imports)).toBeNull()
})
