import type { HostTransaction } from '../../src/index.js'
import type { Session } from '../../src/store/database/session.js'

/** Shows the statements that go to a database outside transactions: `hear` gets the text, and when the answer is there. */
export function watched(
  session: Session,
  hear: (text: string, answered: Promise<unknown>) => void,
): Session & HostTransaction {
  const query: Session['query'] = (statement, isKept) => {
    const answered = session.query(statement, isKept)
    hear(statement.text, answered)
    return answered
  }
  return { ...session, query } as Session & HostTransaction
}
