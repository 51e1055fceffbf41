import type { Connection } from '../stream/connection.ts'
import { describeConnection } from '../stream/connection.ts'
import { useConnection } from '../stream/use-stream.ts'
import { useNow } from '../elements/use-now.ts'

const dots: Readonly<Record<Connection['state'], string>> = {
  connecting: 'bg-muted',
  live: 'bg-good',
  reconnecting: 'bg-warn',
  stopped: 'bg-bad',
}

/** The state of the event stream in words. */
export function ConnectionStatus() {
  const connection = useConnection()
  const now = useNow()
  return (
    <p className="inline-flex items-center gap-1.5 px-1 text-sm text-muted">
      <span aria-hidden="true" className={`size-2 rounded-full ${dots[connection.state]}`} />
      <span className="sr-only">Connection: </span>
      <span>{describeConnection(connection, now)}</span>
    </p>
  )
}
