import { useState } from 'react'

import { Button } from '../elements/button.tsx'
import { useNow } from '../elements/use-now.ts'
import { stream } from '../stream/browser-stream.ts'
import type { Connection } from '../stream/connection.ts'
import { describeConnection } from '../stream/connection.ts'
import { useConnection } from '../stream/use-stream.ts'

const dots: Readonly<Record<Connection['state'], string>> = {
  connecting: 'bg-muted',
  live: 'bg-good',
  reconnecting: 'bg-warn',
  stopped: 'bg-bad',
}

/** The state of the event stream in words. */
export function ConnectionStatus({ isOutOfDate }: { readonly isOutOfDate: boolean }) {
  const connection = useConnection()
  const { state } = connection
  const isInterrupted = state === 'reconnecting'
  const now = useNow()
  const [wasInterrupted, setInterrupted] = useState(false)
  if (isInterrupted && !wasInterrupted) setInterrupted(true)
  const isStale = isOutOfDate && state === 'live'
  return (
    <>
      <p
        className="inline-flex min-w-0 items-center gap-1.5 px-1 text-sm text-muted sm:ml-auto"
        data-state={isStale ? 'out-of-date' : state}
      >
        <span
          aria-hidden="true"
          className={`size-2 shrink-0 rounded-full ${isStale ? dots.reconnecting : dots[state]}`}
        />
        <span className="sr-only">Connection: </span>
        {/* In a narrow header, the usual state is shown without words. */}
        <span className={state === 'live' && !isStale ? 'max-sm:sr-only' : ''}>
          {isStale ? 'out of date, reading again' : describeConnection(connection, now)}
        </span>
        {isInterrupted && (
          <Button className="text-sm" kind="quiet" onClick={() => stream.reconnect()}>
            Retry now
          </Button>
        )}
      </p>
      {/* The seconds are not announced. */}
      <span className="sr-only" role="status">
        {isInterrupted && 'The connection is interrupted. What is shown may be out of date.'}
        {wasInterrupted && state === 'live' && 'The connection works again.'}
      </span>
    </>
  )
}
