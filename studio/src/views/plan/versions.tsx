import { useQuery } from '@tanstack/react-query'
import { call } from '../../api.js'
import { Moment } from '../../parts/moment.js'
import { Section } from '../../parts/page.js'
import { Empty, Loaded } from '../../parts/states.js'
import { counted } from '../../words.js'

/** The catalogs that were applied, the latest first. */
export function Versions() {
  const versions = useQuery({
    queryKey: ['versions'],
    queryFn: ({ signal }) => call<'getCatalogVersions'>('GET /v1/studio/versions', { query: { limit: '20' }, signal }),
  })
  return (
    <Section title="Version history" isPadded={false}>
      <Loaded of={versions}>
        {({ versions: listed }) =>
          listed.length === 0 ? (
            <Empty title="No catalog was applied yet">Until then, the app’s own catalog is used.</Empty>
          ) : (
            <ul className="divide-y divide-n4">
              {listed.map(({ version, policy, list, by, reason, appliedAt, startedAt, userCount }) => (
                <li key={version} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
                  <span className="font-medium">Version {version}</span>
                  <span className="tag">{policy}</span>
                  {list !== null && <span className="tag">items of {list}</span>}
                  {appliedAt === null && <span className="tag text-warn">under way</span>}
                  <span className="min-w-0 flex-1 text-n8">{[reason, by].filter(Boolean).join(' · ')}</span>
                  <span className="text-n8">
                    {counted(userCount, 'user')}, <Moment at={appliedAt ?? startedAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}
