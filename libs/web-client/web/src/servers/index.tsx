import { useQuery } from '@tanstack/react-query'

import { callService } from '../data/service.ts'
import { Badge } from '../elements/badge.tsx'
import { Problem } from '../elements/problem.tsx'

interface ServerSummary {
  readonly name: string
  readonly operations?: readonly unknown[]
  readonly health: { readonly state: string }
}

export default function ServersPage() {
  const { data, error } = useQuery({
    queryKey: ['servers'],
    queryFn: ({ signal }) =>
      callService<{ readonly servers: readonly ServerSummary[] }>('servers', { signal }),
  })
  return (
    <div className="p-4">
      <h1 className="mb-2 text-xl font-semibold">Servers</h1>
      {error !== null && <Problem error={error} />}
      <ul className="divide-y divide-line">
        {data?.servers.map(({ name, health, operations = [] }) => (
          <li className="flex items-center gap-3 py-1.5" key={name}>
            <span className="font-medium">{name}</span>
            <Badge tone={health.state === 'healthy' ? 'good' : 'warn'}>{health.state}</Badge>
            <span className="text-muted">{operations.length} operations</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
