import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ListChecks } from 'lucide-react'
import { type Answered, call } from '../../api.js'
import { definitionOf, type ListUser, listUsersOf, useCatalog } from '../../parts/catalog.js'
import { Moment } from '../../parts/moment.js'
import { Page, Panel } from '../../parts/page.js'
import { Empty, Loaded } from '../../parts/states.js'
import { type Column, Table } from '../../parts/table.js'
import { count } from '../../words.js'

type Info = Partial<Answered<'getItemLists'>['lists'][number]>
type Row = Info & { readonly name: string; readonly users: readonly ListUser[] }

const columns: readonly Column<Row>[] = [
  {
    name: 'List',
    className: 'w-1/2 sm:w-1/3',
    cell: ({ name }) => (
      <Link to="/lists/$list" params={{ list: name }} className="link">
        {name}
      </Link>
    ),
  },
  {
    name: 'Needed by',
    className: 'hidden sm:table-cell',
    cell: ({ users }) => <span className="text-n8">{users.map(({ id }) => id).join(', ') || 'nothing'}</span>,
  },
  {
    name: 'Items',
    className: 'max-md:pr-4',
    isNumber: true,
    cell: ({ itemCount = 0 }) => (itemCount === 0 ? <span className="text-warn">none</span> : count(itemCount)),
  },
  {
    name: 'Set',
    className: 'hidden md:table-cell',
    isNumber: true,
    cell: ({ setAt }) => (setAt === undefined ? '–' : <Moment at={setAt} />),
  },
]

/** The lists of items that the app keeps, and those that the catalog needs but that have no items yet. */
export function Lists() {
  const catalog = useCatalog()
  const lists = useQuery({
    queryKey: ['item-lists'],
    queryFn: ({ signal }) => call<'getItemLists'>('GET /v1/items', { signal }),
  })
  return (
    <Page
      title="Item lists"
      lead="Lists of items that your app keeps, such as the lessons of a course. Milestones and boards name them."
    >
      <Panel>
        <Loaded of={catalog}>
          {current => (
            <Loaded of={lists}>
              {({ lists: known }) => <ListTable rows={rowsOf(known, listUsersOf(definitionOf(current)))} />}
            </Loaded>
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

function ListTable({ rows }: { rows: readonly Row[] }) {
  if (rows.length === 0)
    return (
      <Empty icon={ListChecks} title="No lists yet">
        A list appears here when a milestone names it, or when your app sets its items.
      </Empty>
    )
  return <Table label="Item lists" columns={columns} rows={rows} keyOf={({ name }) => name} />
}

function rowsOf(
  known: Answered<'getItemLists'>['lists'],
  users: ReadonlyMap<string, readonly ListUser[]>,
): readonly Row[] {
  const byName = new Map(known.map(info => [info.list, info]))
  const names = [...new Set([...byName.keys(), ...users.keys()])].sort()
  return names.map(name => ({ ...byName.get(name), name, users: users.get(name) ?? [] }))
}
