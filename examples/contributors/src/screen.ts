import { styleText } from 'node:util'
import type { Rarity } from 'milepost'

/** How a piece of text is meant; what that looks like is decided here alone. */
export type Style = 'strong' | 'quiet' | 'accent' | Rarity

/** What is known of the place where the text will stand. */
export type Screen = {
  /** In columns: at most 80, since longer lines are hard to read. */
  readonly width: number
  /** Whether a line can be written over. */
  readonly isLive: boolean
  readonly paint: (style: Style, text: string) => string
}

const formats = {
  strong: 'bold',
  quiet: 'dim',
  accent: 'cyan',
  common: 'reset',
  rare: 'blue',
  epic: 'magenta',
  legendary: 'yellow',
} as const

type Output = { readonly isTTY?: boolean; readonly columns?: number }

/** Describes an output. Colours come on a terminal only, and not where `NO_COLOR` is set. */
export function screenOf({ isTTY = false, columns = 80 }: Output, env: NodeJS.ProcessEnv): Screen {
  const isColored = isTTY && !env.NO_COLOR && env.TERM !== 'dumb'
  return {
    width: Math.max(40, Math.min(80, columns || 80)),
    isLive: isTTY && env.TERM !== 'dumb',
    paint: (style, text) =>
      isColored && text !== '' ? styleText(formats[style], text, { validateStream: false }) : text,
  }
}
