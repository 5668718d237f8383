/** What fits on one page, for those who finished a course. */
export const cheatSheet = [
  {
    title: 'Types from types',
    rows: [
      ['Partial<T>', 'all properties may be missing'],
      ['Required<T>', 'none may'],
      ["Pick<T, 'a'>", 'these properties alone'],
      ["Omit<T, 'a'>", 'all but these'],
      ['Record<Key, Value>', 'a value under each key'],
      ['Readonly<T>', 'none may be changed'],
    ],
  },
  {
    title: 'From unions',
    rows: [
      ['Exclude<U, X>', 'the members that are no X'],
      ['Extract<U, X>', 'the members that are'],
      ['NonNullable<T>', 'without null and undefined'],
    ],
  },
  {
    title: 'From functions and promises',
    rows: [
      ['ReturnType<F>', 'what comes back'],
      ['Parameters<F>', 'what goes in, as a tuple'],
      ['Awaited<P>', 'what a promise brings'],
    ],
  },
  {
    title: 'Narrowing',
    rows: [
      ["typeof x === 'string'", 'simple types'],
      ['x instanceof Date', 'classes'],
      ["'size' in x", 'has this property'],
      ["x.kind === 'circle'", 'the label of a union'],
      ['value is Cat', 'your own look, believed'],
    ],
  },
  {
    title: 'On values',
    rows: [
      ['as const', 'readonly and literal'],
      ['satisfies T', 'checked, and kept as fine as it is'],
      ['x!', 'trust me, it is there'],
      ['x?.y ?? z', 'y if there is x, else z'],
    ],
  },
] as const
