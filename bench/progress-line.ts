/** Shows what is being done: in a terminal in one line that changes, elsewhere a line for each figure. */
export type ProgressLine = {
  /** Names the figure that is measured now. */
  readonly begin: (name: string) => void
  /** Says how far it is. */
  readonly tell: (text: string) => void
  readonly end: () => void
}

/** Starts a progress line on the error output, so that the table alone goes to the standard output. */
export function createProgressLine(output: NodeJS.WriteStream = process.stderr): ProgressLine {
  let name = ''
  let begunAt = 0
  const show = (text: string): void => {
    if (output.isTTY) output.write(`\r\u001b[K${text}`.slice(0, output.columns))
  }
  return {
    begin: figure => {
      name = figure
      begunAt = performance.now()
      show(figure)
    },
    tell: text => show(`${name}: ${text}`),
    end: () => {
      show('')
      const seconds = Math.round((performance.now() - begunAt) / 1000)
      if (!output.isTTY) output.write(`${name}: measured in ${seconds} s\n`)
    },
  }
}
