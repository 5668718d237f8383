/** Replaces the names in a template, such as `{n} of {target}`, by their values. @throws TypeError if a value is missing */
export function fill(template: string, values: { readonly [name: string]: string }): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(values, name)) throw new TypeError(`No value for {${name}} in "${template}"`)
    return values[name]!
  })
}

/** Creates a value once per key. Creating an `Intl` object takes longer than writing a hundred texts with it. */
export function oncePer<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>()
  return key => {
    const known = made.get(key)
    if (known !== undefined) return known
    // Locales come with requests, so the number of kept values is limited.
    if (made.size >= mostKept) made.clear()
    const value = make(key)
    made.set(key, value)
    return value
  }
}

const mostKept = 100
