import { errorCodes } from '../../../src/core/values/errors.js'
import { problemCodes, statusOf, titleOf } from '../../../src/http/problem/problem-codes.js'
import { capital, code, paragraphs, plain, tableOf } from './markdown.js'

/** Lists every error code with its meaning and its HTTP status. */
export function errorsPage(): string {
  const known = Object.entries(errorCodes)
  const ofLibrary = new Set(known.map(([name]) => name))
  const rows = known.map(([name, meaning]) => [
    code(name),
    capital(plain(meaning)),
    String(statusOf(name as keyof typeof errorCodes)),
  ])
  const http = problemCodes.filter(name => !ofLibrary.has(name))
  return paragraphs(
    '# Error codes',
    'A failed call throws a `MilepostError`. Use its `code` in your program: its meaning does not change. `message` says what is wrong, with the value, and how to fix it. `details` has the same as data, and `cause` the underlying error.',
    "```ts\nimport { isMilepostError } from 'milepost'\n\ntry {\n  await service.record(completion)\n} catch (error) {\n  if (isMilepostError(error) && error.code === 'USER_ERASED') return\n  throw error\n}\n```",
    '## Codes of the library',
    'The status is the one that the [HTTP API](../http.md#errors) answers with.',
    tableOf(['code', 'meaning', 'status'], rows),
    '## Codes of the HTTP API',
    'The API also has codes for requests that never reach the library:',
    tableOf(
      ['code', 'meaning', 'status'],
      http.map(name => [code(name), plain(titleOf(name)), String(statusOf(name))]),
    ),
    'The command has a few codes of its own; see [Exit codes](../cli.md#exit-codes).',
  )
}
