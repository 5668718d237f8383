import { DeclarationReflection, type ProjectReflection, ReflectionGroup, ReflectionKind } from 'typedoc'

type Topic = { readonly topic: string; readonly about: string; readonly folders: RegExp }

/** What the main entry exports, in parts that fit on a page, by the folder that it comes from. */
export const topics: readonly Topic[] = [
  {
    topic: 'service',
    about: 'The service: record, and read progress, explanations, leaderboards and statistics',
    folders: /^service\/(calls|context|awards|record|read|service-options|milestone-service)/,
  },
  {
    topic: 'changes',
    about: 'Manual awards, undo, pauses, settings, imports, erasure, and changes of the catalog',
    folders: /^(service|store\/reports)\b/,
  },
  {
    topic: 'catalog',
    about: 'Catalogs, requirements, levels, and lint',
    folders: /^core\/(catalog|metrics|time|lint)\//,
  },
  {
    topic: 'progress',
    about: 'Completions, badges, progress and explanations',
    folders: /^core\/(awards|progress|users|explain|words)\//,
  },
  { topic: 'database', about: 'What `db` can be, adapters for ORMs, and migrations', folders: /^store\// },
  { topic: 'errors', about: 'Errors and their codes, and plain values', folders: /^core\/values\// },
]

/** Divides the main entry, which has too many types for one page, into modules by topic. */
export function divideMainEntry(project: ProjectReflection): void {
  const main = project.children?.find(({ name }) => name === 'index')
  if (main === undefined) throw new Error('TypeDoc did not see the main entry.')
  const children = main.children ?? []
  project.children = project.children!.filter(module => module !== main)
  project.childrenIncludingDocuments = project.childrenIncludingDocuments!.filter(module => module !== main)
  for (const { topic } of topics) {
    const own = children.filter(child => topicOf(project, child) === topic)
    if (own.length > 0) addModule(project, `milepost-${topic}`, own)
  }
  const [group] = project.groups ?? []
  if (group !== undefined) group.children = project.children!
}

function topicOf(project: ProjectReflection, child: DeclarationReflection): string {
  const path = project.getSymbolIdFromReflection(child)?.fileName?.replace(/^.*\bdist\//, '') ?? ''
  const found = topics.find(({ folders }) => folders.test(path))
  if (found === undefined)
    throw new Error(`Say in site/src/reference/topics.ts where ${child.name} of ${path} belongs.`)
  return found.topic
}

function addModule(project: ProjectReflection, name: string, children: DeclarationReflection[]): void {
  const module = new DeclarationReflection(name, ReflectionKind.Module, project)
  project.registerReflection(module, undefined, undefined)
  for (const child of children) {
    child.parent = module
    module.addChild(child)
  }
  module.groups = [ReflectionKind.Function, ReflectionKind.Class, ReflectionKind.Variable, ReflectionKind.TypeAlias]
    .map(kind => groupOf(module, kind))
    .filter(group => group.children.length > 0)
  project.addChild(module)
}

function groupOf(module: DeclarationReflection, kind: ReflectionKind): ReflectionGroup {
  const group = new ReflectionGroup(ReflectionKind.pluralString(kind), module)
  group.children = (module.children ?? []).filter(child => child.kind === kind)
  return group
}
