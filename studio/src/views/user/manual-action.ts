import { at, call, type GivenBody } from '../../api.js'
import { dayAfter, isDay } from '../../days.js'

/** A manual change to a user. */
export type ManualAction =
  | { readonly action: 'award'; readonly badgeId: string }
  | { readonly action: 'revoke'; readonly badgeId: string }
  | { readonly action: 'undo'; readonly category: string; readonly itemKey: string }
  | { readonly action: 'pause'; readonly firstDay: string; readonly lastDay: string }
  | { readonly action: 'unpause'; readonly id: string; readonly range: string }
  | { readonly action: 'merge'; readonly into: string }
  | { readonly action: 'rename'; readonly to: string }
  | { readonly action: 'erase' }

/** Names an action and its button. */
export function wordsOf(action: ManualAction, userId: string): { title: string; confirm: string } {
  switch (action.action) {
    case 'award':
      return { title: `Award a badge to ${userId}`, confirm: 'Award' }
    case 'revoke':
      return { title: `Revoke ${action.badgeId} from ${userId}`, confirm: 'Revoke' }
    case 'undo':
      return { title: `Undo ${action.category} ${action.itemKey}`, confirm: 'Undo' }
    case 'pause':
      return { title: `Pause the streaks of ${userId}`, confirm: 'Pause' }
    case 'unpause':
      return { title: `Delete the pause of ${action.range}`, confirm: 'Delete' }
    case 'merge':
      return { title: `Merge ${userId} into another user`, confirm: 'Merge permanently' }
    case 'rename':
      return { title: `Give ${userId} another id`, confirm: 'Rename' }
    case 'erase':
      return { title: `Erase ${userId}`, confirm: 'Erase permanently' }
  }
}

/** Returns the change that the server can preview, or null while something is missing. */
export function rehearsedOf(action: ManualAction): GivenBody<'rehearse'> | null {
  switch (action.action) {
    case 'award':
      return action.badgeId === '' ? null : action
    case 'pause': {
      const { firstDay, lastDay } = action
      if (!isDay(firstDay) || !isDay(lastDay) || lastDay < firstDay) return null
      return { action: 'pause', from: firstDay, until: dayAfter(lastDay) }
    }
    case 'unpause':
      return { action: 'unpause', id: action.id }
    case 'merge':
      return action.into === '' ? null : action
    case 'rename':
      return null
    default:
      return action
  }
}

/** Does it. @throws Refused */
export async function perform(userId: string, action: ManualAction, reason: string): Promise<unknown> {
  switch (action.action) {
    case 'award': {
      const { badgeId } = action
      if (badgeId === '') throw new Error('Choose a milestone first.')
      return call<'awardBadge'>(`POST ${at`/v1/users/${userId}/award`}`, { body: { badgeId, reason } })
    }
    case 'revoke': {
      const { badgeId } = action
      return call<'revokeBadge'>(`POST ${at`/v1/users/${userId}/revoke`}`, { body: { badgeId, reason } })
    }
    case 'undo': {
      const { category, itemKey } = action
      const route = `DELETE ${at`/v1/users/${userId}/completions/${category}/${itemKey}`}`
      return call<'undo'>(route, { body: { reason } })
    }
    case 'pause': {
      const [from, until] = [action.firstDay, dayAfter(action.lastDay)]
      return call<'pauseStreaks'>('POST /v1/pauses', { body: { userId, from, until, reason } })
    }
    case 'unpause':
      return call<'deleteStreakPause'>(`DELETE ${at`/v1/pauses/${action.id}`}`, { query: { reason } })
    case 'merge': {
      const { into } = action
      if (into === '') throw new Error('Enter the id of the user who stays.')
      return call<'mergeUsers'>(`POST ${at`/v1/users/${userId}/merge`}`, { body: { into, reason } })
    }
    case 'rename': {
      const { to } = action
      if (to === '') throw new Error('Enter the new id.')
      return call<'renameUser'>(`POST ${at`/v1/users/${userId}/rename`}`, { body: { to, reason } })
    }
    case 'erase':
      return call<'eraseUser'>(`POST ${at`/v1/users/${userId}/erase`}`, { body: { reason } })
  }
}

/** Returns the user whose page shows what came of it. Null if there is none any more. */
export function subjectAfter(action: ManualAction, userId: string): string | null {
  switch (action.action) {
    case 'erase':
      return null
    case 'merge':
      return action.into
    case 'rename':
      return action.to
    default:
      return userId
  }
}
