import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Refused } from './api.js'
import { router } from './router.js'
import { useKey } from './session.js'
import { SignIn } from './views/sign-in.js'
import './styles.css'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the server refused it refuses again.
      retry: (failures, error) => failures < 2 && !(error instanceof Refused && error.status < 500),
    },
  },
})

function Studio() {
  const key = useKey()
  if (key === null) return <SignIn onSignIn={() => client.clear()} />
  return <RouterProvider router={router} />
}

createRoot(document.getElementById('studio')!).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={client}>
        <Studio />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
