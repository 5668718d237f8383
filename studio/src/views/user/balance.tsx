import { useQuery } from '@tanstack/react-query'
import { at, call } from '../../api.js'
import { Figures } from '../../parts/page.js'
import { count } from '../../words.js'

/** Reads how many coins a user has, by currency. */
export function useBalance(userId: string): readonly (readonly [currency: string, amount: number])[] {
  const { data } = useQuery({
    queryKey: ['balance', userId],
    queryFn: ({ signal }) => call<'getBalance'>(`GET ${at`/v1/users/${userId}/balance`}`, { signal }),
  })
  return Object.entries(data?.balance ?? {})
}

/** How many coins the user has, by currency. Nothing if the catalog has no currencies. */
export function BalanceFigures({ userId }: { userId: string }) {
  const coins = useBalance(userId)
  if (coins.length === 0) return null
  return (
    <Figures of={coins.map(([name, amount]) => [name, count(amount), amount < 0 ? 'a debt' : undefined] as const)} />
  )
}
