import { useProgress } from 'milepost/react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { SimulationState } from '../server/app.js'
import { api } from './api.js'
import { useFresh } from './fresh.js'
import { useLearner } from './learner.js'
import { bump, changed } from './load.js'
import { forgetToken } from './milepost.js'
import { counted, figure } from './parts/figures.js'
import { Icon } from './parts/icon.js'
import { go, Link } from './router.js'

type ShellProps = { readonly simulation: SimulationState; readonly children: ReactNode }

/** Stands around every page. */
export function Shell({ simulation, children }: ShellProps): ReactNode {
  const learner = useLearner()
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
          {learner && <Me name={learner.name} />}
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

function Me({ name }: { readonly name: string }): ReactNode {
  const progress = useProgress()
  useFresh(progress)
  useUnlocked(progress.data?.unlocks.join())
  const leave = async (): Promise<void> => {
    await api.signOut()
    forgetToken()
    go('/')
    changed()
  }
  return (
    <div className="me">
      <Link to="/profile" className="me-name" title={name}>
        {name}
      </Link>
      {progress.data && (
        <span className="chip" title={`Level ${progress.data.level}, ${progress.data.levelName}`}>
          <span className="chip-word">Level </span>
          {progress.data.level} · {figure(progress.data.totalPoints)}
          <span className="chip-word"> points</span>
        </span>
      )}
      <button type="button" className="quiet small" onClick={leave}>
        Sign out
      </button>
    </div>
  )
}

/** Reads the pages anew once something was opened, here or by hand elsewhere. */
function useUnlocked(unlocks: string | undefined): void {
  const before = useRef(unlocks)
  useEffect(() => {
    if (before.current !== undefined && before.current !== unlocks) bump()
    before.current = unlocks
  }, [unlocks])
}
