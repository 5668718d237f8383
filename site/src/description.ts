/** Puts the first sentence of a page before it as its description, for search engines and for `llms.txt`. */
export function withDescription(markdown: string): string {
  if (markdown.startsWith('---\n')) return markdown
  const description = descriptionOf(markdown)
  return description === undefined ? markdown : `---\ndescription: ${JSON.stringify(description)}\n---\n\n${markdown}`
}

/** Returns the first sentence of the paragraph below the heading of a page, without its Markdown. */
export function descriptionOf(markdown: string): string | undefined {
  const introduction = markdown.split(/^## /m)[0]!.replace(/^```.*?^```/gms, '')
  const paragraph = introduction.split(/\n\s*\n/).find(part => /^[^#!|<>\s]/.test(part))
  return paragraph && firstSentence(plainText(paragraph))
}

function plainText(markdown: string): string {
  return markdown
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[*`]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

// An abbreviation or the name of a file ends with no space and capital letter after it.
function firstSentence(text: string): string {
  return /^.*?[.:!?](?= [A-Z]|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text
}
