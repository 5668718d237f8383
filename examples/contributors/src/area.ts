/** The parts of a repository that people get to know. */
export const areas = ['source', 'docs', 'tests', 'build'] as const
export type Area = (typeof areas)[number]

const testFolders = /(^|\/)(tests?|__tests__|specs?|e2e)\//i
const testFiles =
  /[._-](test|spec)(-d)?\.(\w?[jt]sx?|py|go|rb|rs|java|kt|cs|php|dart|swift|exs?)$|(^|\/)test_[^/]+\.\w+$/i
const buildFolders = /(^|\/)\.(github|gitlab|circleci|ci|husky|vscode|changeset)\//i
const buildFiles =
  /(^|\/)(package(-lock)?\.json|[^/]*lock\.(json|yaml)|[^/]+\.lockb?|(GNU)?Makefile[^/]*|Dockerfile[^/]*|CMakeLists\.txt|requirements[^/]*\.txt|configure(\.\w+)?|meson\.build|(go|Cargo|pyproject)\.\w+|[^/]+\.gradle(\.kts)?|pom\.xml|tsconfig[^/]*|[^/]+\.config\.\w+|\.[^/]+)$/i
const docsFolders = /(^|\/)(docs?|man)\//i
const docsFiles =
  /\.(md|mdx|markdown|rst|adoc|txt)$|(^|\/)(readme|changelog|changes|news|authors|licen[cs]e|copying)[^/]*$/i

/** Tells which part a file belongs to, by its path alone. */
export function areaOf(path: string): Area {
  if (testFolders.test(path) || testFiles.test(path)) return 'tests'
  if (buildFolders.test(path) || buildFiles.test(path)) return 'build'
  return docsFolders.test(path) || docsFiles.test(path) ? 'docs' : 'source'
}
