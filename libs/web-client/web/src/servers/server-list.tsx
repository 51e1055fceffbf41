import type { ServerListing, ServerStatus } from '@mcp/protocol'
import { Link } from 'wouter'

import { formatMs } from '../activity/exchange/format-ms.ts'
import { activityAddress } from '../activity/panel-scope.ts'
import { useActivity } from '../activity/use-activity.ts'
import { entriesOf } from '../console/catalogue.ts'
import { useCatalogue, useSession } from '../data/queries.ts'
import type { Tone } from '../elements/badge.tsx'
import { Badge } from '../elements/badge.tsx'
import { Problem } from '../elements/problem.tsx'
import { useNow } from '../elements/use-now.ts'
import { link } from '../frame/addresses.ts'
import { describeDuration } from '../frame/session/describe-time.ts'
import { useConnection } from '../stream/use-stream.ts'
import { ServerConnection } from './server-connection.tsx'
import type { ServerFigures } from './server-figures.ts'
import { figuresOf, noCalls } from './server-figures.ts'
import { shownStatus } from './server-state.ts'
import { shownConnection } from './shown-connection.ts'

const tones: Readonly<Record<ServerStatus['state'], Tone>> = {
  healthy: 'good',
  degraded: 'warn',
  starting: 'accent',
  unreachable: 'bad',
  unknown: 'neutral',
}

/** The health of a server changes without a notification. */
const readEveryMs = 3000

/** All servers of the catalogue, with their calls in this session. */
export function ServerList() {
  const { data: servers, error } = useCatalogue({ readEveryMs })
  const { data: session } = useSession()
  if (servers === undefined) {
    return error === null ? <p className="text-muted">Loading…</p> : <Problem error={error} />
  }
  return session === undefined ? (
    <ServerItems figures={new Map()} servers={servers} />
  ) : (
    <ServersOfSession key={session.sessionId} servers={servers} sessionId={session.sessionId} />
  )
}

function ServersOfSession({
  servers,
  sessionId,
}: {
  readonly servers: readonly ServerListing[]
  readonly sessionId: string
}) {
  const { log } = useActivity(sessionId, undefined)
  return <ServerItems figures={figuresOf(log)} servers={servers} />
}

function ServerItems({
  servers,
  figures,
}: {
  readonly servers: readonly ServerListing[]
  readonly figures: ReadonlyMap<string, ServerFigures>
}) {
  return (
    <ul className="divide-y divide-line">
      {servers.map((server) => (
        <ServerItem
          figures={figures.get(server.name) ?? noCalls}
          key={server.name}
          server={server}
        />
      ))}
    </ul>
  )
}

function ServerItem({
  server,
  figures,
}: {
  readonly server: ServerListing
  readonly figures: ServerFigures
}) {
  const { name, version } = server
  const connection = useConnection()
  const now = useNow({ everyMs: 5000 })
  const { state, reason, since } = shownStatus(server, connection)
  const entries = entriesOf([server])
  const shown = shownConnection(server)
  return (
    <li className="py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-medium">{name}</h2>
        <Badge tone={tones[state]}>{state}</Badge>
        {since !== undefined && (
          <span className="text-sm text-muted" title={new Date(since).toLocaleString()}>
            for {describeDuration(now - since)}
          </span>
        )}
        <span className="text-sm text-muted">
          {version === 'unknown' ? 'version not known yet' : `version ${version}`}
        </span>
        <Figures figures={figures} name={name} />
      </div>
      {reason !== undefined && <p className="text-sm wrap-anywhere">{reason}</p>}
      {shown !== undefined && state !== 'unknown' && (
        <ServerConnection connection={shown} name={name} now={now} />
      )}
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

/** The number of calls in this session, as links to the activity. */
function Figures({ figures, name }: { readonly figures: ServerFigures; readonly name: string }) {
  const { calls, errors, p50, p95 } = figures
  if (calls === 0) return <span className="text-sm text-muted">no calls in this session</span>
  const address = (filter: string) =>
    activityAddress({ conversation: undefined, filter: `server:${name}${filter}` })
  return (
    <span className="flex flex-wrap items-center gap-x-3 text-sm text-muted tabular-nums">
      <Link className="text-accent underline" href={address('')}>
        {calls === 1 ? '1 call' : `${calls} calls`}
      </Link>
      {errors > 0 && (
        <Link className="text-bad underline" href={address(' status:error')}>
          {errors === 1 ? '1 error' : `${errors} errors`}
        </Link>
      )}
      {p50 !== undefined && p95 !== undefined && (
        <span>
          p50 {formatMs(p50)}, p95 {formatMs(p95)}
        </span>
      )}
    </span>
  )
}
