import { type ReactElement, useState } from 'react'
import { createClient } from '../../../src/client.js'
import {
  AwardToaster,
  BadgeGrid,
  BadgeStone,
  Checklist,
  CoinBalance,
  Leaderboard,
  Leaderboards,
  LevelBar,
  MilestoneCard,
  Streak,
  WhyNot,
} from '../../../src/react.js'
import { networkOf } from '../../../test/react/network.js'
import { sample } from './sample.js'

/** Answers as a server would, from samples. */
export const client: ReturnType<typeof createClient> = createClient({
  baseUrl: '/api',
  fetch: networkOf('answers', sample),
  retries: 0,
})

/** The examples of the gallery by name. */
export const examples: Readonly<Record<string, () => ReactElement>> = {
  LevelBar: () => <LevelBar />,
  CoinBalance: () => <CoinBalance nameOf={currency => currency} />,
  BadgeGrid: () => <BadgeGrid withShares />,
  MilestoneCard: () => <MilestoneCard badgeId="ten" headingLevel={3} />,
  Streak: () => <Streak badgeId="week" />,
  Checklist: () => (
    <Checklist title="First steps" badgeIds={['first', 'ten', 'write']} hrefOf={id => `#${id}`} headingLevel={3} />
  ),
  Leaderboard: () => <Leaderboard title="This week" limit={5} period="week" />,
  Leaderboards: () => (
    <Leaderboards
      limit={5}
      boards={[
        { title: 'This month', period: 'month' },
        { title: 'Most pages', board: 'pages', valueHead: 'Pages' },
      ]}
    />
  ),
  WhyNot: () => <WhyNot badgeId="all" headingLevel={3} />,
  AwardToaster: Toasting,
  BadgeStone: Stones,
}

function Toasting(): ReactElement {
  const [isAwarded, setAwarded] = useState(false)
  return (
    <>
      <button type="button" className="example-button" onClick={() => setAwarded(true)} disabled={isAwarded}>
        Award a badge
      </button>
      {isAwarded && <AwardToaster />}
    </>
  )
}

function Stones(): ReactElement {
  const rarities = ['common', 'rare', 'epic', 'legendary'] as const
  return (
    <p className="example-stones">
      {([32, 64, 128] as const).flatMap(size =>
        rarities.map(rarity => (
          <BadgeStone key={`${rarity} ${size}`} icon="🚀" rarity={rarity} state="earned" size={size} />
        )),
      )}
    </p>
  )
}
