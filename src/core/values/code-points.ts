/**
 * Compares two strings by Unicode code points, as Postgres does under `COLLATE "C"`.
 * JavaScript's own `<` compares UTF-16 units, which puts U+10000 before U+E000.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return sortable(x) - sortable(y)
  }
  return a.length - b.length
}

// Surrogates encode code points above U+FFFF, so they are moved behind the rest of the plane.
function sortable(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** Counts the bytes of a well-formed string in UTF-8, without encoding it. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) bytes += 1
    else if (unit < 0x800) bytes += 2
    else if (unit >= 0xd800 && unit < 0xe000) bytes += 2
    else bytes += 3
  }
  return bytes
}
