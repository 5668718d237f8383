import type { ReactElement, ReactNode } from 'react'
import { createClient } from '../../src/client.js'
import {
  AwardToaster,
  type AwardToasterProps,
  BadgeGrid,
  BadgeStone,
  Checklist,
  CoinBalance,
  type InitialData,
  Leaderboard,
  Leaderboards,
  LevelBar,
  MilepostProvider,
  MilestoneCard,
  Streak,
  WhyNot,
} from '../../src/react.js'
import { textsByLanguage } from './languages.js'
import { type NetworkState, networkOf } from './network.js'
import { balance, leaders, milestones, progress } from './sample.js'

const leaderboard = { entries: leaders, next: 'more' } as NonNullable<InitialData['leaderboard']>
const initial = { progress, milestones, leaderboard, balance }

export type GalleryProps = {
  readonly network: NetworkState
  /** Whether a server read where Ann stands before it rendered. */
  readonly hasInitial?: boolean
  readonly award?: AwardToasterProps
  /** Default: English. */
  readonly language?: keyof typeof textsByLanguage
  /** Whether badges are buttons. */
  readonly isSelectable?: boolean
  /** Whether the leaderboard is the one that a server reads before. */
  readonly isAllTime?: boolean
}

/** Shows every component as a page of an app would. */
export function Gallery({
  network,
  hasInitial,
  award,
  language = 'en',
  isSelectable,
  isAllTime,
}: GalleryProps): ReactElement {
  return (
    <MilepostProvider
      client={clientOf(network)}
      userId="ann"
      live={false}
      {...(hasInitial && { initial })}
      {...(language !== 'en' && { locale: language === 'ar' ? 'ar-EG' : language, texts: textsByLanguage[language] })}
    >
      <main>
        <h1>Stones on the way</h1>
        <Section title="Level">
          <LevelBar />
        </Section>
        <Section title="Coins">
          <CoinBalance nameOf={(currency, amount) => (amount === 1 ? currency : `${currency}s`)} />
        </Section>
        <Section title="Badges">
          <BadgeGrid withShares {...(isSelectable && { onSelect: select })} />
        </Section>
        <Section title="Streak">
          <Streak badgeId="week" />
        </Section>
        <Section title="Milestones">
          <MilestoneCard badgeId="ten" />
          <MilestoneCard badgeId="long" />
        </Section>
        <Section title="First steps">
          <Checklist
            title="Make yourself at home"
            badgeIds={['first', 'long', 'ten', 'write']}
            hrefOf={id => `#${id}`}
          />
        </Section>
        <Section title="Places">
          {isAllTime ? <Leaderboard title="Ever" /> : <Leaderboards boards={boards} limit={5} />}
        </Section>
        <Section title="Why">
          <WhyNot badgeId="all" />
        </Section>
        <Section title="Sizes">
          <Stones />
        </Section>
      </main>
      {award && <AwardToaster {...award} />}
    </MilepostProvider>
  )
}

const boards = [
  { title: 'This week', period: 'week' },
  { title: 'Most read', board: 'read', valueHead: 'Pages' },
] as const

function select(badgeId: string): void {
  location.hash = badgeId
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function Stones(): ReactElement {
  return (
    <p className="stones">
      {([32, 64, 128] as const).flatMap(size =>
        (['common', 'rare', 'epic', 'legendary'] as const).map(rarity => (
          <BadgeStone key={`${rarity} ${size}`} icon="🚀" rarity={rarity} state="earned" size={size} />
        )),
      )}
    </p>
  )
}

const clients = new Map<NetworkState, ReturnType<typeof createClient>>()

function clientOf(network: NetworkState): ReturnType<typeof createClient> {
  const client = clients.get(network) ?? createClient({ baseUrl: '/api', fetch: networkOf(network), retries: 0 })
  clients.set(network, client)
  return client
}
