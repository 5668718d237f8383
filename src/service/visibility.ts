import { checkId, invalid } from '../core/completion.js'
import { type Visibility, visibilities } from '../core/visibility.js'
import { insertSightings } from '../store/sightings.js'
import { writeVisibility } from '../store/standings.js'
import type { CallOptions, ServiceContext } from './context.js'
import { lockForWriting, write } from './write.js'

/** Sets how far a user takes part. What came while the user was not notified is not celebrated afterwards. @throws INPUT_INVALID */
export async function setVisibility(
  context: ServiceContext,
  options: CallOptions,
  { userId, visibility }: { readonly userId: string; readonly visibility: Visibility },
): Promise<void> {
  checkId('userId', userId)
  if (!visibilities.includes(visibility))
    throw invalid('visibility', `must be one of: ${visibilities.join(', ')}`, String(visibility))
  const { tables, now } = context
  await write(context, options, async tx => {
    await lockForWriting(context, tx, [userId])
    const before = await writeVisibility(tx, tables, { userId, visibility })
    if (visibility === 'on' && before !== 'on')
      await insertSightings(tx, tables, { userId, badgeIds: 'all', at: now() })
  })
}
