import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Tells how many columns a text takes. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** Makes a text exactly so many columns wide: an emoji takes two of them. What is too long is cut. */
export function left(text: string, width: number): string {
  const fitting = cut(text, width)
  return fitting + ' '.repeat(width - widthOf(fitting))
}

/** Does the same, with the text at the right end. */
export function right(text: string, width: number): string {
  const fitting = cut(text, width)
  return ' '.repeat(width - widthOf(fitting)) + fitting
}

/** Cuts a text to so many columns, never through a character. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (widthOf(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}
