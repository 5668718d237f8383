import { type Comment, type DeclarationReflection, type ProjectReflection, ReflectionKind } from 'typedoc'
import { anchorOf } from '../anchors.js'
import { code, paragraphs, plain, tableOf } from './markdown.js'

/** Lists the React components with their properties, and the hooks. */
export function componentsPage(project: ProjectReflection): string {
  const exported = project.children?.find(({ name }) => name === 'milepost/react')?.children ?? []
  const functions = exported.filter(({ kind }) => kind === ReflectionKind.Function)
  const components = functions.filter(({ name }) => /^[A-Z]/.test(name))
  const hooks = functions.filter(({ name }) => name.startsWith('use'))
  return paragraphs(
    '# Components and hooks',
    'Everything that `milepost/react` shows. [React](../react.md) explains how to use it, with the provider, server rendering and styles.',
    '## Components',
    ...components.map(component => componentText(component, exported)),
    '## Hooks',
    tableOf(
      ['hook', 'returns'],
      hooks.map(({ name, signatures }) => [
        `[${code(name)}](api/milepost/react.md#${anchorOf(name)})`,
        textOfComment(signatures?.[0]?.comment),
      ]),
    ),
  )
}

function componentText(
  { name, signatures }: DeclarationReflection,
  exported: readonly DeclarationReflection[],
): string {
  const signature = signatures?.[0]
  const properties = exported.find(({ name: other }) => other === `${name}Props`)
  const rows = (properties?.type?.type === 'reflection' ? (properties.type.declaration.children ?? []) : []).map(
    ({ name: property, flags, type, comment }) => [
      code(`${property}${flags.isOptional ? '?' : ''}`),
      code(String(type)),
      textOfComment(comment),
    ],
  )
  return paragraphs(
    `### ${name}`,
    textOfComment(signature?.comment),
    rows.length === 0 ? 'It takes no properties.' : tableOf(['property', 'type', 'meaning'], rows),
  ).trimEnd()
}

function textOfComment(comment: Comment | undefined): string {
  return (comment?.summary ?? []).map(({ kind, text }) => (kind === 'code' ? text : plain(text))).join('')
}
