import { type ReactElement, StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient } from '../../src/client.js'
import { AwardToaster, BadgeGrid, LevelBar, MilepostProvider, useUnlock } from '../../src/react.js'

const client = createClient({ baseUrl: '/api', retries: 2, timeoutMs: 5_000 })
const userId = new URLSearchParams(location.search).get('user')!

function Door(): ReactElement {
  return <p id="door">{useUnlock('playground') ? 'The playground is open.' : 'The playground is closed.'}</p>
}

/** Goes and comes, as where an app changes its pages. */
function Toaster(): ReactElement {
  const [isThere, setThere] = useState(true)
  return (
    <>
      <button type="button" onClick={() => setThere(!isThere)}>
        Turn the page
      </button>
      {isThere && <AwardToaster stayMs={600_000} confetti={false} />}
    </>
  )
}

createRoot(document.querySelector('#app')!).render(
  <StrictMode>
    <MilepostProvider client={client} userId={userId}>
      <main>
        <h1>{userId}</h1>
        <LevelBar />
        <BadgeGrid />
        <Door />
      </main>
      <Toaster />
    </MilepostProvider>
  </StrictMode>,
)
