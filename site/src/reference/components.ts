import {
  type Comment,
  DeclarationReflection,
  IntersectionType,
  type ProjectReflection,
  ReferenceType,
  ReflectionKind,
  ReflectionType,
  type SomeType,
} from 'typedoc'
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
  if (properties === undefined && (signature?.parameters ?? []).length > 0)
    throw new Error(`${name} takes properties, but ${name}Props is not exported.`)
  const rows = (properties === undefined ? [] : propertiesOf(properties)).map(
    ({ name: property, flags, type, signatures: calls, comment }) => [
      code(`${property}${flags.isOptional ? '?' : ''}`),
      code(String(type ?? calls?.[0])),
      textOfComment(comment ?? calls?.[0]?.comment),
    ],
  )
  return paragraphs(
    `### ${name}`,
    textOfComment(signature?.comment),
    rows.length === 0 ? 'It takes no properties.' : tableOf(['property', 'type', 'meaning'], rows),
  ).trimEnd()
}

/** Lists the properties of a type, those of the types it is put together from included. */
function propertiesOf({ children, type }: DeclarationReflection): readonly DeclarationReflection[] {
  return [...(children ?? []), ...(type === undefined ? [] : propertiesOfType(type))]
}

function propertiesOfType(type: SomeType): readonly DeclarationReflection[] {
  if (type instanceof ReflectionType) return propertiesOf(type.declaration)
  if (type instanceof IntersectionType) return type.types.flatMap(propertiesOfType)
  const target = type instanceof ReferenceType ? type.reflection : undefined
  return target instanceof DeclarationReflection ? propertiesOf(target) : []
}

function textOfComment(comment: Comment | undefined): string {
  return (comment?.summary ?? []).map(({ kind, text }) => (kind === 'code' ? text : plain(text))).join('')
}
