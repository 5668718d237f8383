/** A hidden property of an object: it is not copied, compared or printed with the object. */
export type HiddenProperty<Owner extends object, Value> = {
  readonly set: (owner: Owner, value: Value) => void
  readonly get: (owner: Owner) => Value | undefined
}

/**
 * Creates a hidden property with its own symbol. Only for objects that we created: a frozen object throws a TypeError.
 */
export function hiddenProperty<Owner extends object, Value>(name: string): HiddenProperty<Owner, Value> {
  const key = Symbol(name)
  return {
    set: (owner, value) => void Object.defineProperty(owner, key, { value, configurable: true }),
    get: owner => (owner as { readonly [key]?: Value })[key],
  }
}
