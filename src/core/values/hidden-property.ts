/** A property that an object carries unseen: it is not copied, compared or printed with the object. */
export type HiddenProperty<Owner extends object, Value> = {
  readonly set: (owner: Owner, value: Value) => void
  readonly get: (owner: Owner) => Value | undefined
}

/** Creates a hidden property under a symbol of its own. For objects that we made: a frozen one throws a TypeError. */
export function hiddenProperty<Owner extends object, Value>(name: string): HiddenProperty<Owner, Value> {
  const key = Symbol(name)
  return {
    set: (owner, value) => void Object.defineProperty(owner, key, { value, configurable: true }),
    get: owner => (owner as { readonly [key]?: Value })[key],
  }
}
