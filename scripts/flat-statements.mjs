import ts from 'typescript'

/**
 * Writes each SQL statement of a source file, a template with the tag `sql`, without line breaks and indentation, which a bundle
 * would carry and which a log would show.
 *
 * @throws {TypeError} where a statement has a comment, which would swallow what follows
 */
export function withFlatStatements(source) {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest)
  const parts = []
  const visit = node => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(file) === 'sql') parts.push(...textsOf(node.template))
    ts.forEachChild(node, visit)
  }
  visit(file)
  let [flat, from] = ['', 0]
  for (const part of parts.toSorted((a, b) => a.pos - b.pos)) {
    const start = part.getStart(file)
    flat += source.slice(from, start) + flattened(source.slice(start, part.end))
    from = part.end
  }
  return flat + source.slice(from)
}

/** A template of text alone, or the texts between its values. */
function textsOf(template) {
  return ts.isNoSubstitutionTemplateLiteral(template)
    ? [template]
    : [template.head, ...template.templateSpans.map(({ literal }) => literal)]
}

function flattened(text) {
  if (text.includes('--')) throw new TypeError(`A statement has a comment: ${text}`)
  return text.replaceAll(/(?<=\()\s*\n\s*|\s*\n\s*(?=\))/g, '').replaceAll(/\s*\n\s*/g, ' ')
}
