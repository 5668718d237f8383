import { readUserPage } from '../../store/studio/user-list.js'
import type { MilestoneService } from '../calls.js'
import type { Difference } from '../recount/verify.js'
import type { StudioContext } from './context.js'

/** Some users compared with a recount. `last`: the user id after which to continue; null at the end. */
export type VerifiedSome = {
  readonly userCount: number
  readonly differences: readonly Difference[]
  readonly last: string | null
}

const atOnce = 25

/** Compares the next users after a given one, by id, with a recount. Writes nothing. */
export async function verifySome(
  { service, db, tables }: StudioContext & { readonly service: MilestoneService },
  after: string | undefined,
): Promise<VerifiedSome> {
  const found = await readUserPage(db, tables, { after, limit: atOnce + 1 })
  const users = found.slice(0, atOnce)
  const differences: Difference[] = []
  for (const { userId } of users) differences.push(...(await service.verify({ userId, limit: 20 })))
  const last = found.length > atOnce ? users.at(-1)!.userId : null
  return { userCount: users.length, differences, last }
}
