const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|\ufe0f|^[\u{20000}-\u{3fffd}]/u

/**
 * Escapes characters that a terminal would act on or show out of order, because ids and titles can come from anywhere.
 */
export function printable(text: string): string {
  return text.replaceAll(unprintable, char => `\\u{${char.codePointAt(0)!.toString(16)}}`)
}

/** Counts the columns of a text on a terminal. An emoji takes two, like a Chinese character. */
export function columnsOf(text: string): number {
  let count = 0
  for (const { segment } of graphemes.segment(text)) count += wide.test(segment) ? 2 : 1
  return count
}

/** Splits a text into lines, each of them printable. */
export function printableLines(text: string): readonly string[] {
  return text.split('\n').map(printable)
}
