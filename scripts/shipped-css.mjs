// Writes `light-dark(#fff, #151c1a)` so that every tool leaves it as it is. Lightning CSS, by which Next.js and Vite build, makes two custom
// properties of it, which stay undefined wherever the page sets its `color-scheme` elsewhere. A system colour follows `color-scheme` and
// is no tool's business: CanvasText is dark on light pages and light on dark ones.
const pair = /light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)/g
/** 0 on light pages and 1 on dark ones, within a colour that is made from CanvasText. */
const isDark = '--_d: clamp(0, r - 127, 1);'

/** Makes of the stylesheet what is shipped. @throws {TypeError} if a `light-dark()` has other colours than hexadecimal ones */
export function shippedCss(css) {
  const shipped = css.replaceAll(pair, (_, light, dark) => mixed(channels(light), channels(dark)))
  if (shipped.includes('light-dark('))
    throw new TypeError('Write both colours of light-dark() as #rrggbb or #rrggbbaa.')
  return shipped.replace('.mp {\n', `.mp {\n  ${isDark}\n`)
}

function mixed(light, dark) {
  const [red, green, blue, alpha] = light.map((from, i) => between(from, dark[i]))
  return `rgb(from CanvasText ${red} ${green} ${blue}${light[3] === 1 && dark[3] === 1 ? '' : ` / ${alpha}`})`
}

function between(from, to) {
  const step = Number((to - from).toFixed(4))
  if (step === 0) return String(from)
  return `calc(${from} ${step < 0 ? '-' : '+'} ${Math.abs(step)} * var(--_d))`
}

/** Red, green and blue up to 255, and the alpha up to 1. */
function channels(hex) {
  const short = hex.length <= 5
  const digits = hex.slice(1).replaceAll(/./g, digit => (short ? digit + digit : digit))
  const [red, green, blue, alpha = 255] = digits.match(/../g).map(byte => Number.parseInt(byte, 16))
  return [red, green, blue, Number((alpha / 255).toFixed(4))]
}
