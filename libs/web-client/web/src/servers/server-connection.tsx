import { describeDuration } from '../frame/session/describe-time.ts'
import type { ShownConnection } from './shown-connection.ts'

/** The connection of a standard MCP server: its phase, its login, and the output of its process. */
export function ServerConnection({
  name,
  connection,
  now,
}: {
  readonly name: string
  readonly connection: ShownConnection
  readonly now: number
}) {
  const { phase, since, attempt, lastErrorLines, login, changedTools } = connection
  return (
    <div className="text-sm">
      <p className="wrap-anywhere text-muted">
        <span title={new Date(since).toLocaleString()}>
          Connection: {phase}, for {describeDuration(now - since)}
        </span>
        {attempt !== undefined && ` (${attempt})`}
      </p>
      {login !== undefined && (
        <p className="wrap-anywhere">
          {login.isLink ? (
            <a
              className="inline-block py-1 text-accent underline"
              href={login.url}
              rel="noopener noreferrer"
              target="_blank"
            >
              Log in at {name}
            </a>
          ) : (
            `The address of the login is not one of the web: ${login.url}`
          )}
        </p>
      )}
      {changedTools.length > 0 && (
        <p className="wrap-anywhere">Changed definitions: {changedTools.join(', ')}</p>
      )}
      {lastErrorLines.length > 0 && (
        <details>
          <summary className="text-muted">Last output of its process</summary>
          <pre className="overflow-x-auto text-xs whitespace-pre-wrap wrap-anywhere">
            {lastErrorLines.join('\n')}
          </pre>
        </details>
      )}
    </div>
  )
}
