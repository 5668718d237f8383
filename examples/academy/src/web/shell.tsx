import type { ReactNode } from 'react'
import type { SimulationState } from '../server/app.js'
import { api } from './api.js'
import { useLearner, useProgress } from './learner.js'
import { changed } from './load.js'
import { forgetToken } from './milepost.js'
import { counted, figure } from './parts/figures.js'
import { Icon } from './parts/stone.js'
import { go, Link } from './router.js'

type ShellProps = { readonly simulation: SimulationState; readonly children: ReactNode }

/** Stands around every page. */
export function Shell({ simulation, children }: ShellProps): ReactNode {
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="top">
        <div className="top-inner">
          <Link to="/" className="brand">
            <Icon name="/icons/stone.svg" />
            <span>Milepost Academy</span>
          </Link>
          <nav aria-label="Pages">
            <Link to="/" className="nav-link">
              Courses
            </Link>
            <Link to="/checklist" className="nav-link">
              Checklist
            </Link>
            <Link to="/profile" className="nav-link">
              Badges
            </Link>
            <Link to="/leaderboard" className="nav-link">
              Leaderboard
            </Link>
          </nav>
          <Me />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <p>{simulationWords(simulation)}</p>
        <p>An example of Milepost. Everything runs on this machine and stays on it.</p>
      </footer>
    </>
  )
}

function simulationWords({ doneCount, learnerCount }: SimulationState): string {
  const whole = `The other ${counted(learnerCount, 'learner')} here are simulated, so that you are not alone.`
  return doneCount < learnerCount ? `${whole} ${figure(doneCount)} have arrived so far.` : whole
}

function Me(): ReactNode {
  const learner = useLearner()
  const { value: progress } = useProgress()
  if (!learner) return null
  const leave = async (): Promise<void> => {
    await api.signOut()
    forgetToken()
    go('/')
    changed()
  }
  return (
    <div className="me">
      <Link to="/profile" className="me-name" title={learner.name}>
        {learner.name}
      </Link>
      {progress && (
        <span className="chip" title={`Level ${progress.level}, ${progress.levelName}`}>
          <span className="chip-word">Level </span>
          {progress.level} · {figure(progress.totalPoints)}
          <span className="chip-word"> points</span>
        </span>
      )}
      <button type="button" className="quiet small" onClick={leave}>
        Sign out
      </button>
    </div>
  )
}
