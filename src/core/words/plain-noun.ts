import type { Noun } from './phrases.js'

/** Makes an English noun from the name of a category without a label: `tutorial_step` becomes tutorial step, tutorial steps. */
export function plainNoun(name: string): Noun {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, (_, end, start) => `${end} ${start.toLowerCase()}`)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  const noun = words === '' ? name : words
  return { one: noun, other: plural(noun) }
}

function plural(noun: string): string {
  if (/[^s]s$/.test(noun)) return noun
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  if (/[^z]z$/.test(noun)) return `${noun}zes`
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`
}
