import { describe, expect, inject, test } from 'vitest'
import { createMilestoneService, isMilepostError, type MilestoneService, parseCatalog } from '../../src/index.js'
import { countRanks, forgetBoard, rankFaults } from '../service/read/rank-boards.js'
import { describeOnEach, everyPostgres } from '../support/databases.js'
import { scale } from '../support/scale.js'
import { names, randomFrom } from './lists.js'

const catalog = parseCatalog({
  points: [
    { category: 'lesson', points: 1 },
    { category: 'quiz', points: 5, cap: { per: 'day', points: 10 } },
  ],
  boards: [
    { id: 'km', title: 'Km', by: { type: 'total', category: 'quiz', property: 'km' }, period: 'month' },
    { id: 'low', title: 'Low', by: { type: 'lowest', category: 'quiz', property: 'km' } },
  ],
  milestones: [
    { id: 'two', title: 'Two', requirement: { type: 'count', category: 'lesson', target: 2 }, reward: { points: 7 } },
  ],
})
const at = new Date(Date.UTC(2026, 3, 8))
const boards = ['', '2026-04', '2026-W15', '2026-04\nboard:total:quiz:km', 'ever\nboard:lowest:quiz:km']
const hand = { reason: 'a test' }
const laneCount = 5

// In a cluster no board is counted.
const onePostgres = { server: inject('postgresUrl') }

describe('counted ranks', () => {
  describeOnEach(
    everyPostgres,
    'among writers',
    database => {
      test('equal a full count at every moment, while boards are counted, folded and forgotten', async () => {
        const random = randomFrom(20_261_130)
        let lanesLeft = laneCount
        const write = async (_: string, lane: number): Promise<void> => {
          const service = createMilestoneService({ db: database.db, catalog })
          for (let i = 0; i < scale(40, 4_000); i++) await change(service, random, `${lane} ${i}`)
          lanesLeft -= 1
        }
        // Two fold the board of the month, which nobody forgets: the others would wait for writers of different moments.
        const fold = async (board: string): Promise<void> => {
          while (lanesLeft > 0) {
            if (board !== '2026-04' && random() < 0.1) await forgetBoard(database, board)
            await countRanks(database, { board, at: new Date() })
          }
        }
        const look = async (): Promise<void> => {
          while (lanesLeft > 0) expect(await rankFaults(database)).toEqual([])
        }
        await Promise.all([...names('lane', laneCount).map(write), ...boards.map(fold), fold('2026-04'), look()])
        for (const board of boards) await countRanks(database, { board, at: new Date() })
        expect(await rankFaults(database)).toEqual([])
        expect(await createMilestoneService({ db: database.db, catalog }).verify()).toEqual([])
      })

      async function change(service: MilestoneService, random: () => number, name: string): Promise<void> {
        const pick = (count: number): number => Math.floor(random() * count)
        const userId = `user ${pick(12)}`
        const key = { userId, category: random() < 0.5 ? 'lesson' : 'quiz', itemKey: `item ${pick(6)}` }
        const completion = { ...key, completedAt: at, metadata: { km: pick(40) / 10 } }
        const kind = random()
        try {
          if (kind < 0.5) await service.record(completion)
          else if (kind < 0.6)
            await service.record(names(`item ${name}`, 3).map(itemKey => ({ ...completion, itemKey })))
          else if (kind < 0.7) await service.undo(key, hand)
          else if (kind < 0.8) await service.updateUserSettings(userId, { visibility: random() < 0.5 ? 'off' : 'on' })
          else if (kind < 0.9)
            await database.db.transaction(async db => void (await service.record(completion, { db })))
          else if (kind < 0.95) await service.eraseUser(userId, hand)
          else await service.allowReturn(userId, hand)
        } catch (error) {
          if (!isMilepostError(error) || error.code !== 'USER_ERASED') throw error
        }
      }
    },
    onePostgres,
  )
})
