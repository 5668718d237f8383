import { AwardToaster, MilepostProvider } from 'milepost/react'
import { type ComponentType, lazy, type ReactNode, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { api } from './api.js'
import { LearnerProvider } from './learner.js'
import { useLoaded } from './load.js'
import { milepost } from './milepost.js'
import { HomePage } from './pages/home.js'
import { Failure } from './parts/states.js'
import { usePath } from './router.js'
import { Shell } from './shell.js'

type PageProps = { readonly params: readonly string[] }

const later = (load: () => Promise<ComponentType<PageProps>>): ComponentType<PageProps> =>
  lazy(async () => ({ default: await load() }))

// Home comes at once; the others when they are asked for.
const routes: readonly (readonly [pattern: RegExp, page: ComponentType<PageProps>])[] = [
  [/^\/$/, HomePage],
  [/^\/courses\/([\w-]+)\/quiz$/, later(async () => (await import('./pages/quiz.js')).QuizPage)],
  [/^\/courses\/([\w-]+)(?:\/([\w-]+))?$/, later(async () => (await import('./pages/course.js')).CoursePage)],
  [/^\/projects\/([\w-]+)$/, later(async () => (await import('./pages/project.js')).ProjectPage)],
  [/^\/daily$/, later(async () => (await import('./pages/daily.js')).DailyPage)],
  [/^\/profile$/, later(async () => (await import('./pages/profile.js')).ProfilePage)],
  [/^\/checklist$/, later(async () => (await import('./pages/checklist.js')).ChecklistPage)],
  [/^\/leaderboard$/, later(async () => (await import('./pages/leaderboard.js')).LeaderboardPage)],
  [/^\/cheat-sheet$/, later(async () => (await import('./pages/cheat-sheet.js')).CheatSheetPage)],
]

function Academy(): ReactNode {
  const { value, error, reload } = useLoaded('me', api.me)
  const path = usePath()
  if (value === undefined) return error ? <Failure error={error} retry={reload} /> : null
  const { learner, simulation } = value
  const [Page, params] = pageAt(path)
  const shown = (
    <Shell simulation={simulation}>
      <Suspense fallback={null}>
        <Page key={path} params={params} />
      </Suspense>
    </Shell>
  )
  if (!learner) return shown
  return (
    <LearnerProvider value={learner}>
      <MilepostProvider client={milepost} userId={learner.userId} locale={navigator.language}>
        {shown}
        <AwardToaster confetti />
      </MilepostProvider>
    </LearnerProvider>
  )
}

function pageAt(path: string): readonly [ComponentType<PageProps>, readonly string[]] {
  for (const [pattern, page] of routes) {
    const match = pattern.exec(path)
    if (match) return [page, match.slice(1).filter(part => part !== undefined)]
  }
  return [NotFoundPage, []]
}

function NotFoundPage(): ReactNode {
  return (
    <section className="page narrow">
      <h1>Nothing at this milestone</h1>
      <p>
        There is no such page. <a href="/">Back to the courses</a>
      </p>
    </section>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Academy />
  </StrictMode>,
)
