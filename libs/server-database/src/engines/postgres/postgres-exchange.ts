import type { ClientBase, Connection } from 'pg'

import { readPgValue } from '../pg-dialect/pg-value.ts'
import { maxBatchBytes } from '../size-limit.ts'
import type { Row } from '../sql-value.ts'

/** A column as the server describes it. */
export interface PortalField {
  readonly name: string
  readonly dataTypeID: number
}

/** Messages to the server and its responses. The exchange ends when the server is ready again. */
export interface Exchange {
  /** Receives rows until the size of a batch is reached or the exchange ends. */
  read(): Promise<Row[]>
  /** Discards the rows that were not read yet. */
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

/** The properties of a row message of `pg` that this module uses. */
interface DataRow {
  readonly fields: readonly (string | null)[]
  readonly length: number
}

/**
 * Sends messages and a Sync. When the received rows reach the size of a batch, the socket pauses until the
 * next `read` or `discard`. Further rows remain at the server.
 */
// This function is one state machine. Its listeners and its reader share the state of the exchange.
// oxlint-disable-next-line max-lines-per-function
export function startExchange(
  client: ClientBase,
  known: readonly PortalField[],
  send: (connection: Connection) => void,
  readValue = readPgValue,
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
    // The last row may have paused the socket, which the next query needs.
    socket?.resume()
    wake()
  }

  function fail(error: unknown): void {
    failure ??= error
    discarding = true
  }

  // `pg` calls these methods, as it does for its own query objects.
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
      // If a value cannot be parsed, the statement fails after all its rows are received.
      try {
        rows.push(values.map((text, index) => readValue(fields[index]?.dataTypeID ?? 0, text)))
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
