import { isPlainObject } from '../values/metadata.js'
import { type CatalogFault, joinPath, shapeFaults } from '../values/shape-faults.js'
import { isLocale } from '../values/text.js'
import { labelShape } from './catalog-schema.js'

/** Finds the faults in the labels of a catalog. */
export function labelFaults(labels: unknown): CatalogFault[] {
  if (labels === undefined) return []
  if (!isPlainObject(labels)) {
    const fix = 'Give an object, such as { lesson: { one: "lesson", other: "lessons" } }.'
    return [{ path: 'labels', problem: 'is not an object', fix }]
  }
  return Object.entries(labels).flatMap(([key, label]) => faultsOf(label, joinPath('labels', key)))
}

const forms = ['zero', 'one', 'two', 'few', 'many', 'other', 'verb']

// One plural form is enough to recognize a label with a missing form, and not labels by locale.
function faultsOf(label: unknown, path: string): CatalogFault[] {
  const isByLocale = isPlainObject(label) && !forms.some(form => Object.hasOwn(label, form))
  if (!isByLocale) return shapeFaults(labelShape, label, path)
  const byLocale = Object.entries(label)
  if (byLocale.length === 0) {
    return [{ path, problem: 'has no words', fix: 'Give one and other, or a label by locale.' }]
  }
  return byLocale.flatMap(([tag, words]) => {
    const place = joinPath(path, tag)
    if (isLocale(tag)) return shapeFaults(labelShape, words, place)
    const fix = 'Use a BCP 47 tag such as pt-BR, or give one and other.'
    return [{ path: place, problem: `"${tag}" is not a valid locale`, fix }]
  })
}
