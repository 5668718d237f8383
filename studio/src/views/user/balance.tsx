import { useQuery } from '@tanstack/react-query'
import { at, call } from '../../api.js'
import { Figures } from '../../parts/page.js'
import { count } from '../../words.js'

/** How many coins the user has, by currency. Nothing if the catalog has no currencies. */
export function BalanceFigures({ userId }: { userId: string }) {
  const { data } = useQuery({
    queryKey: ['balance', userId],
    queryFn: ({ signal }) => call<'getBalance'>(`GET ${at`/v1/users/${userId}/balance`}`, { signal }),
  })
  const coins = Object.entries(data?.balance ?? {})
  if (coins.length === 0) return null
  return (
    <Figures of={coins.map(([name, amount]) => [name, count(amount), amount < 0 ? 'a debt' : undefined] as const)} />
  )
}
