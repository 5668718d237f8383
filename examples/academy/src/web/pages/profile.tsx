import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useLearner } from '../learner.js'
import { useLoaded } from '../load.js'
import { milepost, type Progress } from '../milepost.js'
import { BadgeTile, HiddenTile, stateOf, type Tile } from '../parts/badge-tile.js'
import { counted, day, exactly, percent } from '../parts/figures.js'
import { SignIn } from '../parts/sign-in.js'
import { LevelBar, Streak } from '../parts/standing.js'
import { States } from '../parts/states.js'
import { Stone } from '../parts/stone.js'
import { useTitle } from '../router.js'

const groups: readonly (readonly [category: string, title: string])[] = [
  ['start', 'Getting started'],
  ['quizzes', 'Quizzes'],
  ['courses', 'Courses'],
  ['practice', 'Practice'],
  ['habit', 'Habits'],
  ['season', 'For a time'],
  ['mastery', 'Mastery'],
]

/** The learner's badges, level, streak and points. */
export function ProfilePage(): ReactNode {
  const learner = useLearner()
  useTitle('Badges')
  if (!learner) {
    return (
      <div className="page narrow">
        <h1>Badges</h1>
        <p className="lead">Sign in to see the badges there are, and those that are yours.</p>
        <SignIn />
      </div>
    )
  }
  return <Profile userId={learner.userId} name={learner.name} />
}

function Profile({ userId, name }: { readonly userId: string; readonly name: string }): ReactNode {
  const loaded = useLoaded(`profile ${userId}`, () => readProfile(userId))
  const [asked, setAsked] = useState<Tile>()
  return (
    <div className="page">
      <h1 className="profile-name">{name}</h1>
      <States of={loaded} rows={8}>
        {({ progress, tiles, hiddenCount }) => (
          <>
            <div className="welcome-grid two">
              <LevelBar progress={progress} />
              <Streak progress={progress} />
            </div>
            <p className="lead">
              You have {counted(progress.earnedBadges.length, 'badge')}; {tiles.filter(({ badge }) => !badge).length}{' '}
              more to earn.
            </p>
            <div className="groups">
              {groups.map(([category, title]) => (
                <section key={category} aria-labelledby={`group-${category}`}>
                  <h2 id={`group-${category}`}>{title}</h2>
                  <ul className="badges">
                    {tiles
                      .filter(({ listed }) => listed.category === category)
                      .map(tile => (
                        <BadgeTile key={tile.listed.id} tile={tile} onAsk={setAsked} />
                      ))}
                    {category === 'mastery' && hiddenKeys(hiddenCount).map(key => <HiddenTile key={key} />)}
                  </ul>
                </section>
              ))}
            </div>
          </>
        )}
      </States>
      {asked && <About tile={asked} userId={userId} onClose={() => setAsked(undefined)} />}
    </div>
  )
}

type Profile = { readonly progress: Progress; readonly tiles: readonly Tile[]; readonly hiddenCount: number }

async function readProfile(userId: string): Promise<Profile> {
  const [progress, { milestones }] = await Promise.all([milepost.progress(userId), milepost.milestones({ limit: 100 })])
  const shares = await readShares(
    milestones.flatMap(milestone => (milestone.isHidden ? [] : [milestone.id.split('#')[0]!])),
  )
  const shown = milestones.filter(milestone => !milestone.isHidden)
  const tiles = shown.map(listed => ({
    listed,
    progress: progress.milestones.find(found => !found.isHidden && found.id === listed.id) as Tile['progress'],
    badge: progress.earnedBadges.find(({ id }) => id === listed.id),
    share: shares.get(listed.id) ?? null,
  }))
  return { progress, tiles, hiddenCount: milestones.length - shown.length }
}

function hiddenKeys(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `hidden-${i + 1}`)
}

async function readShares(ids: readonly string[]): Promise<ReadonlyMap<string, number | null>> {
  type Id = Parameters<typeof milepost.statistics>[0]
  const pages = await Promise.all([...new Set(ids)].map(id => milepost.statistics(id as Id)))
  return new Map(pages.flatMap(page => page.milestones.map(({ id, ofAll }) => [id as string, ofAll.share] as const)))
}

type AboutProps = { readonly tile: Tile; readonly userId: string; readonly onClose: () => void }

/** Tells all about a badge: what it takes, how far the learner is, who has it. */
function About({ tile, userId, onClose }: AboutProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const { listed, progress, badge, share } = tile
  const next = useLoaded(`about ${userId} ${listed.id}`, () => milepost.next(userId, { limit: 100 }))
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const step = next.value?.find(({ id }) => id === listed.id)?.text
  return (
    <dialog ref={dialog} className="about" onClose={onClose} aria-labelledby="about-title">
      <Stone
        icon={listed.reward.badgeIcon}
        rarity={listed.rarity}
        state={stateOf(tile)}
        ratio={progress?.ratio ?? 0}
        size={128}
      />
      <h2 id="about-title">{listed.reward.badge}</h2>
      <p>{listed.description}</p>
      {badge ? (
        <p>Earned on {exactly(badge.earnedAt)}</p>
      ) : (
        <p>{step ?? `${progress?.current ?? 0} of ${progress?.target ?? 1}`}</p>
      )}
      {listed.available?.until && <p>Until {day(listed.available.until)}</p>}
      <p className="faint">
        <span className="badge-rarity" data-rarity={listed.rarity}>
          {listed.rarity}
        </span>
        {listed.reward.points > 0 && ` · +${counted(listed.reward.points, 'point')}`}
        {share !== null && ` · earned by ${percent(share)} of all learners`}
      </p>
      <form method="dialog">
        <button type="submit" className="quiet">
          Close
        </button>
      </form>
    </dialog>
  )
}
