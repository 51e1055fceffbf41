import type { ServerListing } from '@mcp/protocol'
import { Link } from 'wouter'

import { entriesOf } from '../console/catalogue.ts'
import { useCatalogue } from '../data/queries.ts'
import type { Tone } from '../elements/badge.tsx'
import { Badge } from '../elements/badge.tsx'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'

const tones: Readonly<Record<ServerListing['health']['state'], Tone>> = {
  healthy: 'good',
  degraded: 'warn',
  unhealthy: 'bad',
}

/** All servers of the catalogue. */
export function ServerList() {
  const { data, error } = useCatalogue()
  return (
    <>
      {error !== null && <Problem error={error} />}
      <ul className="divide-y divide-line">
        {data?.map((server) => (
          <ServerItem key={server.name} server={server} />
        ))}
      </ul>
    </>
  )
}

function ServerItem({ server }: { readonly server: ServerListing }) {
  const { name, version, health } = server
  const entries = entriesOf([server])
  return (
    <li className="py-2">
      <div className="flex flex-wrap items-center gap-x-3">
        <h2 className="font-medium">{name}</h2>
        <Badge tone={tones[health.state]}>{health.state}</Badge>
        <span className="text-sm text-muted">version {version}</span>
      </div>
      {health.reason !== undefined && <p className="text-sm wrap-anywhere">{health.reason}</p>}
      <details>
        <summary className="text-sm text-muted">{entries.length} operations</summary>
        <ul className="flex flex-wrap gap-x-4 py-1">
          {entries.map(({ path, operation }) => (
            <li key={path}>
              <Link className="text-accent underline" href={link('console', name, path)}>
                {operation.title}
              </Link>
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}
