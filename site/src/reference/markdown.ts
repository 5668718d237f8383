/** Makes a table. Cells are Markdown; line breaks and bars in them are kept from ending a cell. */
export function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellText).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Puts text into the style of code. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

/** Makes a block of code. */
export function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``
}

/** Joins the paragraphs of a page; empty ones are left out. */
export function paragraphs(...parts: readonly string[]): string {
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

/** Keeps text from being read as HTML or as a template. */
export function plain(text: string): string {
  return text.replace(/`[^`]*`|[<>{}]/g, part => (part.length > 1 ? part : `&#${part.charCodeAt(0)};`))
}

/** Begins a text with a capital letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function cellText(cell: string): string {
  return cell.replaceAll('\n', ' ').replaceAll('|', '\\|')
}
