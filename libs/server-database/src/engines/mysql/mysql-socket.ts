import { Socket } from 'node:net'

import type { Connection } from 'mysql2'

import type { MessageFormat } from '../remote/guard-stream.ts'
import { guardStream } from '../remote/guard-stream.ts'

// A header has three bytes for the size and one byte for the number of the message. A message over 16 MiB
// is split into several, and the first of them has the maximum size.
const messageFormat: MessageFormat = {
  headerBytes: 4,
  bodyBytes: (bytes, at) => bytes.readUIntLE(at, 3),
}

/** Returns the socket of a connection, which the types of `mysql2` do not declare. */
export function socketOf(connection: Connection): Socket | undefined {
  const stream: unknown = Reflect.get(connection, 'stream')
  return stream instanceof Socket ? stream : undefined
}

/** Calls {@link guardStream} for a connection. Must be called after the connection is established. */
export function guardConnection(connection: Connection): void {
  connection.on('error', () => {})
  const socket = socketOf(connection)
  if (socket !== undefined) guardStream(socket, messageFormat)
}
