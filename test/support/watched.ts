import type { HostTransaction } from '../../src/index.js'
import type { Session } from '../../src/store/database/session.js'

/** Is told of a statement: its text, and when the answer is there. */
type Hear = (text: string, answered: Promise<unknown>) => void

/** Shows the statements that go to a database, but for those of {@link Session.alone}. */
export function watched(session: Session, hear: Hear): Session & HostTransaction {
  return watchedSession(session, hear) as Session & HostTransaction
}

function watchedSession(session: Session, hear: Hear): Session {
  return {
    ...session,
    query: (statement, isKept) => {
      const answered = session.query(statement, isKept)
      hear(statement.text, answered)
      return answered
    },
    transaction: (mode, work) =>
      session.transaction(mode, (tx, isCallers) => work(watchedSession(tx, hear), isCallers)),
  }
}
