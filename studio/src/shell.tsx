import { Dialog } from '@base-ui/react/dialog'
import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import {
  Activity,
  ChartNoAxesColumn,
  GitCompareArrows,
  Keyboard,
  KeyboardOff,
  KeyRound,
  ListChecks,
  LogOut,
  type LucideIcon,
  Menu,
  Milestone,
  Monitor,
  Moon,
  ScrollText,
  Sun,
  Trophy,
  Users,
  Webhook,
} from 'lucide-react'
import { useEffect, useState } from 'react'
import { keepKey } from './session.js'
import { areShortcutsOn, switchShortcuts, useShortcuts } from './shortcuts.js'
import { chooseTheme, type Theme, useTheme } from './theme.js'

const views: readonly (readonly [to: string, name: string, icon: LucideIcon, key: string])[] = [
  ['/', 'Overview', ChartNoAxesColumn, 'o'],
  ['/milestones', 'Milestones', Milestone, 'm'],
  ['/users', 'Users', Users, 'u'],
  ['/plan', 'Plan and apply', GitCompareArrows, 'p'],
  ['/lists', 'Item lists', ListChecks, 'i'],
  ['/leaderboard', 'Leaderboards', Trophy, 'l'],
  ['/webhooks', 'Webhooks', Webhook, 'w'],
  ['/keys', 'Keys', KeyRound, 'k'],
  ['/audit', 'Audit', ScrollText, 'a'],
  ['/health', 'Health', Activity, 'h'],
]

/** The frame around every view. */
export function Shell() {
  useGoKeys()
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13rem_minmax(0,1fr)]">
      <button
        type="button"
        onClick={() => document.getElementById('view')?.focus()}
        className="button sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to content
      </button>
      <TopBar />
      <aside className="sticky top-0 hidden h-dvh flex-col border-r border-n5 px-3 py-4 md:flex">
        <Brand />
        <Navigation />
        <Foot />
      </aside>
      <main id="view" tabIndex={-1} className="min-w-0 px-4 py-5 outline-none sm:px-6 lg:px-8">
        <div className="mx-auto max-w-[110rem]">
          <Outlet />
        </div>
      </main>
    </div>
  )
}

function Brand() {
  return (
    <div className="flex items-center gap-2 px-2 pb-4 font-semibold">
      <img src="./stone.svg" alt="" className="size-5" />
      Milepost
      <span className="font-normal text-n8">Studio</span>
    </div>
  )
}

function Navigation({ onGo }: { onGo?: () => void }) {
  const hasShortcuts = useShortcuts()
  return (
    <nav aria-label="Views" className="flex-1 overflow-y-auto">
      <ul className="flex flex-col gap-0.5">
        {views.map(([to, name, Icon, key]) => (
          <li key={to}>
            <Link
              to={to}
              search={{}}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              {...(onGo && { onClick: onGo })}
              {...(hasShortcuts && { 'aria-keyshortcuts': `g ${key}`, title: `g then ${key}` })}
              className="flex h-8 items-center gap-2.5 rounded-md px-2 text-n9 transition-colors duration-150 hover:bg-n3 data-[status=active]:bg-n4 data-[status=active]:font-medium data-[status=active]:text-n10"
            >
              <Icon aria-hidden className="size-4 text-n8" strokeWidth={1.75} />
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Foot() {
  return (
    <div className="flex items-center justify-between gap-2 border-t border-n5 pt-3">
      <div className="flex">
        <ThemeChoice />
        <ShortcutChoice />
      </div>
      <button type="button" className="button button-plain px-2" onClick={() => keepKey(null)}>
        <LogOut aria-hidden className="size-4" />
        Sign out
      </button>
    </div>
  )
}

const themes: readonly (readonly [Theme, string, LucideIcon])[] = [
  ['system', 'System theme', Monitor],
  ['light', 'Light theme', Sun],
  ['dark', 'Dark theme', Moon],
]

function ThemeChoice() {
  const theme = useTheme()
  const place = themes.findIndex(([id]) => id === theme)
  const [, name, Icon] = themes[place]!
  const [next, nextName] = themes[(place + 1) % themes.length]!
  return (
    <button
      type="button"
      className="button button-plain w-8 px-0"
      title={`${name}; switch to: ${nextName.toLowerCase()}`}
      aria-label={`${name}; switch to: ${nextName.toLowerCase()}`}
      onClick={() => chooseTheme(next)}
    >
      <Icon aria-hidden className="size-4" />
    </button>
  )
}

function ShortcutChoice() {
  const isOn = useShortcuts()
  const Icon = isOn ? Keyboard : KeyboardOff
  return (
    <button
      type="button"
      className="button button-plain w-8 px-0"
      title={isOn ? 'Single-key shortcuts are on' : 'Single-key shortcuts are off'}
      aria-label="Single-key shortcuts"
      aria-pressed={isOn}
      onClick={switchShortcuts}
    >
      <Icon aria-hidden className="size-4" />
    </button>
  )
}

function TopBar() {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
      <header className="sticky top-0 z-20 flex h-12 items-center border-b border-n5 bg-n1 px-2 md:hidden">
        <Dialog.Trigger aria-label="Views" className="button button-plain w-9 px-0">
          <Menu aria-hidden className="size-5" />
        </Dialog.Trigger>
        <div className="-mb-4">
          <Brand />
        </div>
      </header>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-50 flex w-64 max-w-[85vw] flex-col border-r border-n5 bg-n1 p-3 text-n10">
          <Dialog.Title className="sr-only">Views</Dialog.Title>
          <Brand />
          <Navigation onGo={() => setIsOpen(false)} />
          <Foot />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

// `g` and then a letter goes to a view; `/` goes to the search for users.
function useGoKeys(): void {
  const navigate = useNavigate()
  useEffect(() => {
    let isGoing = false
    const press = (event: KeyboardEvent): void => {
      const { target, key } = event
      const isTyping =
        target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], [role=dialog]')
      if (isTyping || !areShortcutsOn() || event.metaKey || event.ctrlKey || event.altKey) return
      const view = isGoing && views.find(([, , , letter]) => letter === key)
      isGoing = key === 'g'
      if (view) void navigate({ to: view[0], search: {} })
      if (key !== '/') return
      event.preventDefault()
      void navigate({ to: '/users', search: {} }).then(() => document.getElementById('user-search')?.focus())
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [navigate])
}
