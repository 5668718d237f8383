/** The same data with objects and arrays that may be changed. */
export type Writable<Type = unknown> = Type extends Date | ((...args: never) => unknown)
  ? Type
  : Type extends object
    ? { -readonly [Key in keyof Type]: Writable<Type[Key]> }
    : Type

/** Copies plain data deeply, so that a caller who sorts or changes the copy does not affect others. */
export function freshCopy<Type>(data: Type): Type
export function freshCopy(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data
  if (data instanceof Date) return new Date(data)
  if (Array.isArray(data)) return data.map(freshCopy)
  if (Object.getPrototypeOf(data) !== Object.prototype) return data
  // `fromEntries` defines own properties, so a key `__proto__` stays plain data.
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, freshCopy(value)]))
}
