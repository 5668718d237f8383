import { textOf } from '../source-pages.js'
import { code, paragraphs, tableOf } from './markdown.js'

type Property = { readonly name: string; readonly light: string; readonly dark: string }

/** Lists the custom properties of `react.css` with their defaults, in light and dark. */
export function propertiesPage(): string {
  return paragraphs(
    '# Custom properties',
    'Every value in `milepost/react.css`. Set a property on `:root`, or on any element around the components. What each is for: [Styles](../react.md#styles).',
    tableOf(
      ['property', 'in light', 'in dark'],
      customProperties(textOf('src/react/react.css')).map(({ name, light, dark }) => [
        code(name),
        shown(light),
        light === dark ? 'the same' : shown(dark),
      ]),
    ),
  )
}

/** Reads the properties that a stylesheet lets a host set, in the order of their first use. */
export function customProperties(css: string): readonly Property[] {
  const found = new Map<string, Property>()
  for (const { index, 1: name } of css.matchAll(/var\((--mp-[\w-]+),\s*/g)) {
    if (found.has(name!)) continue
    const value = untilClosing(css.slice(index + css.slice(index).indexOf(',') + 1)).trim()
    found.set(name!, { name: name!, light: inTheme(value, 0), dark: inTheme(value, 1) })
  }
  return [...found.values()]
}

/** Returns the text before the bracket that closes one opened before it. */
function untilClosing(text: string): string {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    if (text[i] === ')' && depth-- === 0) return text.slice(0, i)
  }
  return text
}

function inTheme(value: string, nth: 0 | 1): string {
  return value.replaceAll(/light-dark\(([^,]+), ([^)]+)\)/g, (_, ...colours: string[]) => colours[nth]!)
}

function shown(value: string): string {
  const isColour = /^#[\da-f]{3,8}$/i.test(value)
  return isColour ? `<span class="swatch" style="background: ${value}"></span> ${code(value)}` : code(value)
}
