import { invalid, unreadableInput } from '../values/invalid.js'
import { isPlainObject, kindOf } from '../values/metadata.js'
import { checkId } from './completion.js'

/** What the app stores about a user, such as `{ team: 'red' }`. */
export type UserAttributes = { [name: string]: string }

/** Attributes to set. null removes one; attributes not listed stay unchanged. */
export type AttributeChanges = { readonly [name: string]: string | null }

/** Users with the same value of an attribute. */
export type UserGroup = { readonly attribute: string; readonly value: string }

/** The most attributes that a user may have. */
export const mostAttributes = 50

/** The form of an attribute name. It is the part before the colon in `team:red`. */
export const attributeName = /^[A-Za-z][\w.-]{0,63}$/

/** Checks attributes to set. @throws INPUT_INVALID, with the field `attributes` or one of them */
export function checkAttributes(changes: unknown): AttributeChanges {
  try {
    return checkedAttributes(changes)
  } catch (error) {
    throw unreadableInput(error, 'attributes')
  }
}

// Returns a copy, so that getters are read only once.
function checkedAttributes(changes: unknown): AttributeChanges {
  if (!isPlainObject(changes)) throw invalid('attributes', `is ${kindOf(changes)}; pass an object of strings`)
  const given = Object.entries(changes)
  for (const [name, value] of given) {
    checkName('attributes', name)
    if (value !== null) checkId('attribute', value, { field: `attributes.${name}` })
  }
  if (given.length > mostAttributes) throw tooManyAttributes()
  return Object.fromEntries(given) as AttributeChanges
}

/** Checks the group of a leaderboard. @throws INPUT_INVALID */
export function checkGroup(group: unknown): UserGroup {
  try {
    if (!isPlainObject(group)) throw invalid('group', `is ${kindOf(group)}; give { attribute, value }`)
    const { attribute, value } = group
    checkName('group.attribute', attribute)
    checkId('attribute', value, { field: 'group.value' })
    return { attribute: attribute as string, value }
  } catch (error) {
    throw unreadableInput(error, 'group')
  }
}

export function tooManyAttributes(): Error {
  return invalid('attributes', `would be more than ${mostAttributes}; take some away with null`)
}

function checkName(field: string, name: unknown): void {
  if (typeof name === 'string' && attributeName.test(name)) return
  const problem = 'must be named by 1 to 64 letters, digits, and any of _ . -, from a letter on'
  throw invalid(field, problem, typeof name === 'string' ? name : kindOf(name))
}
