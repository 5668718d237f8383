'use client'
import type { ReactElement, ReactNode } from 'react'
import { useMilepost } from './context.js'
import { useBalance } from './hooks.js'
import { Shown } from './shown.js'

/** Properties of `CoinBalance`. */
export type CoinBalanceProps = {
  /** Renders what so many coins are called, such as `gems`. Default: the currency as the catalog has it. */
  readonly nameOf?: (currency: string, amount: number) => ReactNode
}

/** Shows how many coins the user has, by currency. */
export function CoinBalance({ nameOf = currency => currency }: CoinBalanceProps): ReactElement {
  const { texts, write } = useMilepost()
  return (
    <Shown query={useBalance()} className="mp-balance" lines={1}>
      {balance => (
        <ul className="mp-facts">
          {Object.entries(balance).map(([currency, amount]) => (
            <li key={currency}>
              <strong className="mp-title">{write(amount)}</strong> <bdi>{nameOf(currency, amount)}</bdi>
              {amount < 0 && <p className="mp-small">{texts.debt}</p>}
            </li>
          ))}
        </ul>
      )}
    </Shown>
  )
}
