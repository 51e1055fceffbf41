import type { Transport } from '@modelcontextprotocol/client'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'

/**
 * A transport of the official SDK that also reports on its process. `close` ends the process and its
 * children. `onclose` is called once, also if the process ends by itself.
 */
export interface UpstreamTransport extends Transport {
  /** Last lines of the standard error stream, oldest first. Absent if there is no process. */
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
