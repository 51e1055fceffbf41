import type { Transport } from '@modelcontextprotocol/client'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'

/**
 * A transport of the official SDK. If it has a process, it also reports on the process, `close` ends the
 * process and its children, and `onclose` is called once, also if the process ends by itself.
 */
export interface UpstreamTransport extends Transport {
  /**
   * Returns the last lines of the standard error stream, oldest first. Absent for a transport without a
   * process.
   */
  readonly lastErrorLines?: () => readonly string[]
  /**
   * Why the transport closed by itself, such as `exited with code 1` or `killed by SIGKILL`. Undefined
   * while it is open.
   */
  readonly closeReason?: () => string | undefined
}

/**
 * Creates the transport of one connection, which `start` opens.
 *
 * @throws McpError `unavailable` if transports of this kind are not supported here.
 */
export type CreateTransport<Entry extends UpstreamEntry = UpstreamEntry> = (
  entry: Entry,
) => UpstreamTransport | Promise<UpstreamTransport>
