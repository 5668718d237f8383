import { cut, widthOf } from '../columns.js'
import type { Screen } from '../screen.js'

/** Opens a part of the report: a title, a rule to the edge, and perhaps a word at its end. */
export function heading({ paint, width }: Screen, title: string, end = ''): string {
  const shown = cut(title, Math.max(10, width - end.length - 6))
  const ruleWidth = width - widthOf(shown) - 1 - (end === '' ? 0 : end.length + 1)
  const rule = paint('quiet', '─'.repeat(Math.max(0, ruleWidth)))
  return [paint('strong', shown), rule, ...(end === '' ? [] : [paint('quiet', end)])].join(' ')
}
