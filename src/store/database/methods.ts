/** Tells whether a value can have properties of its own. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Tells whether a value has methods of these names. */
export function hasMethods<Name extends string>(
  value: unknown,
  ...names: readonly Name[]
): value is Record<Name, unknown> {
  return isObject(value) && names.every(name => typeof Reflect.get(value, name) === 'function')
}
