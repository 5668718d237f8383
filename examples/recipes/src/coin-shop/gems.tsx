'use client'
import { CoinBalance, useBalance } from 'milepost/react'

/** Shows how many gems the user has. It belongs inside a `MilepostProvider`. */
export function Gems() {
  return <CoinBalance nameOf={(_, amount) => (amount === 1 ? 'gem' : 'gems')} />
}

/** A button that buys something, and then shows the gems that are left. */
export function BuyButton({ buy, children }: { buy: () => Promise<unknown>; children: string }) {
  const { reload } = useBalance()
  return (
    <button type="button" onClick={() => buy().finally(reload)}>
      {children}
    </button>
  )
}
