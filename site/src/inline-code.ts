/**
 * Lets a name in inline code continue in the next line where a reader would divide it, as narrow columns need: after `_`, `/`, `.`
 * and `(`, and before a capital letter.
 */
export function withBreaks(html: string): string {
  return html.replace(/[^<>]*(?=<\/code>)/, text => text.replaceAll(/(?<=[_/.(])(?=\w)|(?<=[a-z])(?=[A-Z])/g, '<wbr>'))
}
