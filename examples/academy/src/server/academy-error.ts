/** What a learner asked for and does not get, with the HTTP status that says why. */
export class AcademyError extends Error {
  override readonly name = 'AcademyError'
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 415,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}
