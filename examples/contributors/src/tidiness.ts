import type { Commit } from './commit.js'

type Graded = Pick<Commit, 'subjectLength' | 'fileCount' | 'insertionCount' | 'deletionCount' | 'areas'>

/** Grades a commit like a quiz of four questions, 25 points each: 100 is a commit that a reviewer enjoys. */
export function tidinessOf({ subjectLength, fileCount, insertionCount, deletionCount, areas }: Graded): number {
  const answers = [
    subjectLength > 0 && subjectLength <= 72,
    fileCount > 0 && fileCount <= 10,
    insertionCount + deletionCount <= 200,
    areas.has('tests') || areas.has('docs'),
  ]
  return 25 * answers.filter(Boolean).length
}
