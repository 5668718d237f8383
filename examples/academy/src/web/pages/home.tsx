import { LevelBar, MilestoneCard, Streak, useUnlock, useWhatNext } from 'milepost/react'
import type { ReactNode } from 'react'
import type { catalog } from '../../catalog.js'
import type { CourseCard, Overview, WorkflowCard } from '../../server/overview.js'
import { api } from '../api.js'
import { useFresh } from '../fresh.js'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { counted } from '../parts/figures.js'
import { Icon } from '../parts/icon.js'
import { Meter } from '../parts/meter.js'
import { SignIn } from '../parts/sign-in.js'
import { States } from '../parts/states.js'
import { Link, useTitle } from '../router.js'
import { streakId } from '../streak-id.js'

/** The courses, and where the learner stands. */
export function HomePage(): ReactNode {
  const learner = useLearner()
  const overview = useLoaded(`overview ${learner?.userId}`, api.overview)
  useTitle('')
  return (
    <div className="page">
      {learner ? <Welcome name={learner.name} overview={overview.value} /> : <Hero />}
      <section aria-labelledby="courses">
        <h2 id="courses">Courses</h2>
        <States of={overview} rows={5}>
          {({ courses }) => (
            <ul className="cards">
              {courses.map(course => (
                <CourseTile key={course.id} course={course} />
              ))}
            </ul>
          )}
        </States>
      </section>
      {overview.value && <Practice overview={overview.value} />}
    </div>
  )
}

function Hero(): ReactNode {
  return (
    <section className="hero">
      <div>
        <h1>Learn TypeScript, one milestone at a time</h1>
        <p className="lead">
          Five short courses, a project of your own and a question a day. What you finish is kept, counted and rewarded.
        </p>
        <SignIn />
      </div>
      <Road />
    </section>
  )
}

/** Draws a way with stones along it. */
function Road(): ReactNode {
  return (
    <svg className="road" viewBox="0 0 360 260" aria-hidden="true" focusable="false">
      <path className="road-hill" d="M0 180C60 120 120 130 180 160s120 10 180-50v150H0z" />
      <path className="road-near" d="M0 220c70-40 130-30 190-15s120 5 170-25v80H0z" />
      <path className="road-way" d="M60 260c20-40 90-45 130-60s90-30 70-62-40-22-20-50" />
      <path className="road-stone" data-size="far" d="M228 92v-14c0-8 5-12 11-12s11 4 11 12v14z" />
      <path className="road-stone" data-size="mid" d="M284 158v-22c0-11 7-17 16-17s16 6 16 17v22z" />
      <path className="road-stone" data-size="near" d="M96 226v-40c0-20 12-32 29-32s29 12 29 32v40z" />
      <path className="road-mark" d="M112 190h26M118 202h14" />
      <circle className="road-sun" cx="92" cy="62" r="24" />
    </svg>
  )
}

type WelcomeProps = { readonly name: string; readonly overview: Overview | undefined }

function Welcome({ name, overview }: WelcomeProps): ReactNode {
  return (
    <section className="welcome" aria-labelledby="welcome">
      <div className="welcome-head">
        <h1 id="welcome">Good to see you, {name}</h1>
        {overview && <Onward overview={overview} />}
      </div>
      <div className="welcome-grid">
        <LevelBar />
        <Streak badgeId={streakId}>
          <Link to="/daily">Answer today’s question</Link>: each day with an answer counts.
        </Streak>
      </div>
      <Nearest />
    </section>
  )
}

/** Leads to where the learner left off. */
function Onward({ overview: { courses } }: { readonly overview: Overview }): ReactNode {
  const open = courses.filter(({ isFinished, isLocked }) => !isFinished && !isLocked)
  const isBegun = ({ steps }: CourseCard): boolean => steps.some(({ isDone }) => isDone)
  const next = open.find(isBegun) ?? open[0]
  if (!next) return null
  return (
    <Link to={`/courses/${next.id}`} className="primary">
      {isBegun(next) ? 'Go on with' : 'Begin'} “{next.title}”
    </Link>
  )
}

function Nearest(): ReactNode {
  const next = useWhatNext()
  useFresh(next)
  if (!next.data || next.data.length === 0) return null
  return (
    <>
      <h2>Next badges</h2>
      <ul className="nearest">
        {next.data.slice(0, 3).map(({ id }) => (
          <li key={id}>
            <MilestoneCard badgeId={id} />
          </li>
        ))}
      </ul>
    </>
  )
}

function CourseTile({ course }: { readonly course: CourseCard }): ReactNode {
  const { id, title, summary, icon, minutes, difficulty, isLocked, isFinished, steps } = course
  const doneCount = steps.filter(({ isDone }) => isDone).length
  return (
    <li className="card" data-locked={isLocked || undefined}>
      <span className="card-icon" data-difficulty={difficulty}>
        <Icon name={isLocked ? '/icons/lock.svg' : icon} />
      </span>
      <h3>
        <Link to={`/courses/${id}`}>{title}</Link>
      </h3>
      <p>{summary}</p>
      <p className="card-foot faint">
        {isLocked
          ? 'Opens with the badge “Ready for more”'
          : `${difficulty} · ${minutes} minutes · ${counted(steps.length, 'page')} and a quiz`}
      </p>
      {!isLocked && (
        <div className="card-progress">
          <Meter label={`Pages of ${title}`} value={doneCount} most={steps.length} />
          <span>{isFinished ? 'Finished' : doneCount > 0 ? `${doneCount} of ${steps.length}` : 'New'}</span>
        </div>
      )}
    </li>
  )
}

function Practice({ overview: { workflows } }: { readonly overview: Overview }): ReactNode {
  const learner = useLearner()
  return (
    <section aria-labelledby="practice">
      <h2 id="practice">Practice</h2>
      <ul className="cards">
        {workflows.map(workflow => (
          <ProjectTile key={workflow.id} workflow={workflow} />
        ))}
        <PlainTile icon="/icons/cup.svg" to="/daily" title="Question of the day" foot="One minute a day">
          A small question each day, and a streak for those who come back.
        </PlainTile>
        {learner ? <OwnSheetTile /> : <SheetTile isOpen={false} />}
      </ul>
    </section>
  )
}

function OwnSheetTile(): ReactNode {
  return <SheetTile isOpen={useUnlock<typeof catalog>('cheat-sheet') ?? false} />
}

function SheetTile({ isOpen }: { readonly isOpen: boolean }): ReactNode {
  const icon = isOpen ? '/icons/list.svg' : '/icons/lock.svg'
  const foot = isOpen ? 'Open to you' : 'Opens with your first course'
  return (
    <PlainTile icon={icon} to="/cheat-sheet" title="Cheat sheet" foot={foot}>
      What you need most, on one page.
    </PlainTile>
  )
}

function ProjectTile({
  workflow: { id, title, summary, icon, tasks },
}: {
  readonly workflow: WorkflowCard
}): ReactNode {
  const doneCount = tasks.filter(({ isDone }) => isDone).length
  const foot = `${doneCount} of ${counted(tasks.length, 'task')} done`
  return (
    <PlainTile icon={icon} to={`/projects/${id}`} title={title} foot={foot}>
      {summary}
    </PlainTile>
  )
}

type PlainTileProps = {
  readonly icon: string
  readonly to: string
  readonly title: string
  readonly foot: string
  readonly children: ReactNode
}

function PlainTile({ icon, to, title, foot, children }: PlainTileProps): ReactNode {
  return (
    <li className="card">
      <span className="card-icon">
        <Icon name={icon} />
      </span>
      <h3>
        <Link to={to}>{title}</Link>
      </h3>
      <p>{children}</p>
      <p className="card-foot faint">{foot}</p>
    </li>
  )
}
