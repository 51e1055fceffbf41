import { useCatalogue } from '../data/queries.ts'
import { Badge } from '../elements/badge.tsx'
import { Problem } from '../elements/problem.tsx'

export default function ServersPage() {
  const { data, error } = useCatalogue()
  return (
    <div className="p-4">
      <h1 className="mb-2 text-xl font-semibold">Servers</h1>
      {error !== null && <Problem error={error} />}
      <ul className="divide-y divide-line">
        {data?.map(({ name, health, operations }) => (
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
