/** One measured figure. `detail` is for the printed table alone. */
export type Figure = {
  readonly figure: string
  readonly value: number
  readonly target: string
  readonly unit: string
  readonly met: boolean
  readonly detail: string
}

export type Measured = Omit<Figure, 'target' | 'met'>

/** Makes a figure that should be as high as the target or higher. */
export function atLeast(target: number, measured: Measured): Figure {
  return { ...measured, target: `>= ${target}`, met: measured.value >= target }
}

/** Makes a figure that should be as low as the target or lower. */
export function atMost(target: number, measured: Measured): Figure {
  return { ...measured, target: `<= ${target}`, met: measured.value <= target }
}

/** Makes a figure that has no target. */
export function withoutTarget(measured: Measured): Figure {
  return { ...measured, target: 'none', met: true }
}
