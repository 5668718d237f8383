/** Puts values where a template names them: `{n} of {target}`. A name without a value is a `TypeError`: a template asks for too much. */
export function fill(template: string, values: { readonly [name: string]: string }): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(values, name)) throw new TypeError(`No value for {${name}} in "${template}"`)
    return values[name]!
  })
}

/** Makes what is costly to make once for each key: an `Intl` object takes longer than a hundred texts written with it. */
export function oncePer<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>()
  return key => {
    const known = made.get(key)
    if (known !== undefined) return known
    // Locales come with requests: what is kept of them must not grow for ever.
    if (made.size >= mostKept) made.clear()
    const value = make(key)
    made.set(key, value)
    return value
  }
}

const mostKept = 100
