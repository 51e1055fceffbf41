import type { ClientBase, Connection } from 'pg'

import { readPgValue } from '../pg-dialect/pg-value.ts'
import { maxBatchBytes } from '../size-limit.ts'
import type { Row } from '../sql-value.ts'

/** A column as the server describes it. */
export interface PortalField {
  readonly name: string
  readonly dataTypeID: number
}

/** Messages to the server, and its responses until it is ready again. */
export interface Exchange {
  /** Receives rows until the server is ready again, or until they exceed the size of a batch. */
  read(): Promise<Row[]>
  /** Discards the rows that are still to come. */
  discard(): void
  readonly fields: readonly PortalField[]
  /** Number of rows received so far. */
  readonly received: number
  /** Whether the server is ready again. */
  readonly ended: boolean
  /** Whether the portal has more rows. */
  readonly suspended: boolean
  readonly commandTag: string
}

/** The part of a row message that `pg` passes on. */
interface DataRow {
  readonly fields: readonly (string | null)[]
  readonly length: number
}

/**
 * Sends messages and a Sync. If the rows exceed the size of a batch, the socket is not read any further
 * until the next `read` or `discard`: the others wait at the server.
 */
// One state machine: the listeners and the reader share the state of the exchange.
// oxlint-disable-next-line max-lines-per-function
export function startExchange(
  client: ClientBase,
  known: readonly PortalField[],
  send: (connection: Connection) => void,
): Exchange {
  let fields = known
  let rows: Row[] = []
  let bytes = 0
  let received = 0
  let discarding = false
  let ended = false
  let suspended = false
  let commandTag = ''
  let failure: unknown
  let wake = (): void => {}
  let socket: Connection['stream'] | undefined

  const isReadable = () => ended || (!discarding && bytes >= maxBatchBytes)

  function end(error?: unknown): void {
    failure ??= error
    ended = true
    // The last row may have paused it, and the next query needs it.
    socket?.resume()
    wake()
  }

  function fail(error: unknown): void {
    failure ??= error
    discarding = true
  }

  // `pg` calls these methods by name, as for its own queries.
  client.query({
    submit(connection: Connection) {
      socket = connection.stream
      socket.cork()
      send(connection)
      connection.sync()
      socket.uncork()
    },
    handleRowDescription(message: { fields: readonly PortalField[] }) {
      ;({ fields } = message)
    },
    handleDataRow({ fields: values, length }: DataRow) {
      received += 1
      if (discarding) return
      // A value that cannot be read fails the statement when its rows have been received.
      try {
        rows.push(values.map((text, index) => readPgValue(fields[index]?.dataTypeID ?? 0, text)))
      } catch (error) {
        fail(error)
      }
      bytes += length
      if (bytes < maxBatchBytes) return
      socket?.pause()
      wake()
    },
    handleCommandComplete({ text }: { text: string }) {
      commandTag = text
    },
    handlePortalSuspended() {
      suspended = true
    },
    handleCopyInResponse(connection: { sendCopyFail(reason: string): void }) {
      connection.sendCopyFail('COPY from the client is not supported.')
    },
    handleCopyData() {},
    handleParseComplete() {},
    handleEmptyQuery() {},
    handleError: end,
    handleReadyForQuery: () => end(),
  })

  return {
    async read() {
      while (!isReadable()) {
        await new Promise<void>((resolve) => {
          wake = resolve
          socket?.resume()
        })
      }
      if (failure !== undefined) throw failure
      const batch = rows
      rows = []
      bytes = 0
      return batch
    },
    discard() {
      discarding = true
      rows = []
      socket?.resume()
    },
    get fields() {
      return fields
    },
    get received() {
      return received
    },
    get ended() {
      return ended
    },
    get suspended() {
      return suspended
    },
    get commandTag() {
      return commandTag
    },
  }
}
