/** A piece of code and what it is. */
export type Piece = { readonly kind: 'plain' | 'word' | 'text' | 'remark' | 'type' | 'figure'; readonly text: string }

const words =
  'as async await break case class const continue declare default else export extends false for from function if import in infer instanceof interface is keyof let never new null number of readonly return satisfies string boolean unknown any void switch this throw true type typeof undefined while'
const pattern = new RegExp(
  [
    /(?<remark>\/\/[^\n]*)/,
    /(?<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/,
    new RegExp(`(?<word>\\b(?:${words.split(' ').join('|')})\\b)`),
    /(?<type>\b[A-Z]\w*)/,
    /(?<figure>\b\d[\d_.]*\b)/,
  ]
    .map(part => part.source)
    .join('|'),
  'g',
)

/** Takes code apart by what catches the eye: enough for lessons, and no parser. */
export function piecesOf(code: string): readonly Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of code.matchAll(pattern)) {
    if (match.index > end) pieces.push({ kind: 'plain', text: code.slice(end, match.index) })
    const [kind] = Object.entries(match.groups!).find(([, text]) => text !== undefined)!
    pieces.push({ kind: kind as Piece['kind'], text: match[0] })
    end = match.index + match[0].length
  }
  return end < code.length ? [...pieces, { kind: 'plain', text: code.slice(end) }] : pieces
}
