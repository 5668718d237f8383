import type { Answered } from '../../api.js'

/** Says what becomes of an applied catalog when the server starts again with its own. */
export function NextStart({ atStart }: { atStart: Answered<'getCatalog'>['atStart'] | undefined }) {
  switch (atStart) {
    case 'keep':
      return (
        <p>
          It stays after a restart of this server. If the server has its own catalog file, change that file as well, so
          that both are the same.
        </p>
      )
    case 'replace':
      return (
        <p className="rounded-lg bg-warn-soft p-3">
          This server applies its own catalog whenever it starts. The next start replaces the catalog that you apply
          here. To prevent that, change the server’s own catalog as well.
        </p>
      )
    case 'refuse':
      return (
        <p className="rounded-lg bg-warn-soft p-3">
          This server works only with its own catalog. After the next start it refuses calls until its own catalog is
          the one that you apply here.
        </p>
      )
    default:
      return <p>It is not known yet what this server does with it at its next start.</p>
  }
}
