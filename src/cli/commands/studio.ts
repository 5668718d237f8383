import type { Command } from '../command.js'
import { serving } from './serve.js'

/** Serves as `serve` does, and says where Studio is. */
export const studio: Command = {
  ...serving,
  name: 'studio',
  summary: 'serve Studio, where milestones are looked after, and the HTTP API beside it',
  examples: [
    'milepost studio --catalog catalog.json',
    'milepost studio --database postgres://app@localhost/app --port 3000',
  ],
}
