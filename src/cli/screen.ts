import { styleText } from 'node:util'

/** The styles of text. Only this file decides what they look like. */
export type Style = keyof typeof formats

const formats = {
  strong: 'bold',
  quiet: 'dim',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
} as const

/** What is known about the output. */
export type TerminalScreen = {
  readonly width: number
  /** Whether a line can be overwritten. */
  readonly isLive: boolean
  readonly paint: (style: Style, text: string) => string
}

/** The properties of a stream that describe its output. */
export type Output = { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined }

/** Describes an output. It has colours on a terminal, or with FORCE_COLOR, unless NO_COLOR is set. */
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

// FORCE_COLOR takes precedence over NO_COLOR, as in Node itself.
function wantsColors(isTTY: boolean, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return isTTY && !NO_COLOR && TERM !== 'dumb'
}
