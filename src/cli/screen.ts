import { styleText } from 'node:util'

/** How a piece of text is meant; what that looks like is decided here alone. */
export type Style = keyof typeof formats

const formats = {
  strong: 'bold',
  quiet: 'dim',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
} as const

/** What is known of the place where text will stand. */
export type TerminalScreen = {
  readonly width: number
  /** Whether a line can be written over. */
  readonly isLive: boolean
  readonly paint: (style: Style, text: string) => string
}

/** What of a stream tells where its text goes. */
export type Output = { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined }

/** Describes an output. Colours come on a terminal only, unless FORCE_COLOR asks for them, and NO_COLOR takes them away. */
export function screenOf({ isTTY = false, columns = 80 }: Output, env: NodeJS.ProcessEnv): TerminalScreen {
  const isColored = wantsColors(isTTY, env)
  return {
    width: Math.max(40, columns || 80),
    isLive: isTTY && env.TERM !== 'dumb',
    paint: (style, text) => {
      return isColored && text !== '' ? styleText(formats[style], text, { validateStream: false }) : text
    },
  }
}

// FORCE_COLOR before NO_COLOR, as Node itself has it.
function wantsColors(isTTY: boolean, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return isTTY && !NO_COLOR && TERM !== 'dumb'
}
