import { BadgeGrid, LevelBar, MilestoneCard, Streak, useExplanation, useProgress, WhyNot } from 'milepost/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useFresh } from '../fresh.js'
import { useLearner } from '../learner.js'
import { counted } from '../parts/figures.js'
import { SignIn } from '../parts/sign-in.js'
import { useTitle } from '../router.js'
import { streakId } from '../streak-id.js'

/** The learner's badges, level, streak and points. */
export function ProfilePage(): ReactNode {
  const learner = useLearner()
  useTitle('Badges')
  if (learner) return <Profile name={learner.name} />
  return (
    <div className="page narrow">
      <h1>Badges</h1>
      <p className="lead">Sign in to see the badges there are, and those that are yours.</p>
      <SignIn />
    </div>
  )
}

function Profile({ name }: { readonly name: string }): ReactNode {
  const [asked, setAsked] = useState<string>()
  return (
    <div className="page">
      <h1 className="profile-name">{name}</h1>
      <div className="welcome-grid">
        <LevelBar />
        <Streak badgeId={streakId} />
      </div>
      <section aria-labelledby="badges">
        <h2 id="badges">Badges</h2>
        <Held />
        <BadgeGrid withShares onSelect={setAsked} />
      </section>
      {asked && <About badgeId={asked} onClose={() => setAsked(undefined)} />}
    </div>
  )
}

function Held(): ReactNode {
  const { data } = useProgress()
  if (!data) return null
  const openCount = data.milestones.length - data.completedMilestones.length
  return (
    <p className="lead">
      You have {counted(data.earnedBadges.length, 'badge')}; {openCount} more to earn. Choose one to see what it takes.
    </p>
  )
}

type AboutProps = { readonly badgeId: string; readonly onClose: () => void }

/** Tells all about a badge: what it takes, how far the learner is, and what is missing. */
function About({ badgeId, onClose }: AboutProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null)
  useFresh(useExplanation(badgeId))
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog ref={dialog} className="about" onClose={onClose} aria-label="About this badge">
      <MilestoneCard badgeId={badgeId} headingLevel={2} />
      <WhyNot badgeId={badgeId} />
      <form method="dialog">
        <button type="submit" className="quiet">
          Close
        </button>
      </form>
    </dialog>
  )
}
