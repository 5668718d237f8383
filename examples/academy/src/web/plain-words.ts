/** Says in a learner's words what Milepost says by the names of stored properties. `titles`: of what can be completed, by id. */
export function plainWords(text: string, titles: Readonly<Record<string, string>>): string {
  return text
    .replace(/^Finish (\d+(?: more)?) (daily|dailies) where isRight = true/, (_, count, days) =>
      days === 'daily' ? `Answer ${count} daily question right` : `Answer ${count} daily questions right`,
    )
    .replaceAll(/\bdailies\b/g, 'daily questions')
    .replaceAll(/different "quizId" of /g, 'different ')
    .replaceAll(/ where quizScore ≥ (\d+)/g, (_, score) =>
      score === '100' ? ' with every answer right' : ` with a score of ${score} % or more`,
    )
    .replaceAll(/"([\w-]+)"/g, (quoted, id) => (titles[id] ? `“${titles[id]}”` : quoted))
}
