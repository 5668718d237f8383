import ts from 'typescript'
import { kindNames } from '../../src/core/metrics/kinds.js'
import { isTest, placeOf, type Source, visit } from './sources.js'

const homes = /^src\/core\/(metrics|words)\/kinds(\/|\.ts$)/
/** The shorthands stand for counts: they are not about kinds. */
const shorthands = 'src/core/metrics/tutorial-requirement.ts'

/** Returns where code asks for a kind of metric by its name, in place of reading its table: a new kind would be forgotten there. */
export function kindsNamedElsewhere(sources: readonly Source[]): string[] {
  const others = sources.filter(
    source => /^src\//.test(source.path) && !isTest(source) && !homes.test(source.path) && source.path !== shorthands,
  )
  return others.flatMap(source => {
    const found: string[] = []
    visit(source.tree, node => {
      if (namesKind(node)) found.push(`${placeOf(source, node)}: ${node.getText()}: say it in the file of the kind`)
    })
    return found
  })
}

// A key of another type, as in Pick<Sums, 'count'>, is another word.
function namesKind(node: ts.Node): boolean {
  if (!ts.isStringLiteralLike(node) || !(kindNames as readonly string[]).includes(node.text)) return false
  return !ts.isLiteralTypeNode(node.parent) || isTypeOfRequirement(node.parent)
}

function isTypeOfRequirement({ parent }: ts.Node): boolean {
  if (ts.isUnionTypeNode(parent)) return isTypeOfRequirement(parent)
  return ts.isPropertySignature(parent) && parent.name.getText() === 'type'
}
