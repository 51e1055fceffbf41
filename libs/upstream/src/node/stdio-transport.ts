import type { ChildProcessWithoutNullStreams } from 'node:child_process'

import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import type { UpstreamTransport } from '../connection/upstream-transport.ts'
import type { EndProcessGroupOptions } from './end-process-group.ts'
import { endProcessGroup } from './end-process-group.ts'
import { createValueFilter } from './hide-values.ts'
import { createMessageReader } from './message-reader.ts'
import { createOutputTail } from './output-tail.ts'
import { exitError, notRunning } from './process-errors.ts'
import type { StdioServer } from './server-process.ts'
import { spawnServer, watchServer, writeLine } from './server-process.ts'

export interface StdioTransportOptions extends EndProcessGroupOptions {
  /** Maximum size of one message of the server, in bytes. Default: 10 MiB. */
  readonly maxMessageBytes?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** The connection to a process. If it closes by itself, `onerror` receives the reason before `onclose`. */
export interface StdioTransport extends UpstreamTransport {
  /** Process id, which is the id of the process group, or undefined before the start. */
  readonly pid: number | undefined
  /**
   * Always null, because `lastErrorLines` reads the stream. The SDK recognizes the transport of a process by
   * the properties `pid` and `stderr`. A process that does not respond to the probe is then a legacy server.
   * Without the properties, the SDK would report an outage.
   */
  readonly stderr: null
  /** Last lines of stderr, without the values of configured variables. */
  readonly lastErrorLines: () => readonly string[]
  readonly closeReason: () => string | undefined
}

const defaultMaxMessageBytes = 10 * 1024 * 1024

/**
 * Creates a transport of the MCP client that runs a server as a process group of its own. Unlike the transport
 * of the SDK, it ends the whole group, and does so even if this process is killed.
 *
 * @throws McpError from `start`: `unavailable` if the process cannot be started. From `send`: `unavailable` if
 * the process is not running.
 */
export function createStdioTransport(
  server: StdioServer,
  options: StdioTransportOptions = {},
): StdioTransport {
  const { name, env } = server
  const { maxMessageBytes = defaultMaxMessageBytes, clock = systemClock } = options
  const hideValues = createValueFilter(Object.values(env))
  const tail = createOutputTail(hideValues)
  let child: ChildProcessWithoutNullStreams | undefined
  let ended: Promise<void> | undefined
  let isClosed = false
  let closeReason: string | undefined

  const report = (error: McpError): void => transport.onerror?.(error)

  /** Ends the process group, once. */
  function end(): Promise<void> {
    return (ended ??= child === undefined ? Promise.resolve() : endProcessGroup(child, options))
  }

  function close(): void {
    if (isClosed) return
    isClosed = true
    transport.onclose?.()
  }

  function closeWith(reason: string, error: McpError): void {
    if (!isClosed) {
      closeReason = reason
      report(error)
    }
    close()
  }

  function closeTooLong(): void {
    const reason = `sent a message of more than ${maxMessageBytes} bytes`
    const message = `"${name}" ${reason}. Its process was ended.`
    closeWith(reason, new McpError('payload-too-large', message))
    void end()
  }

  async function start(): Promise<void> {
    if (child !== undefined) throw new Error('The transport is already started.')
    // The SDK needs 0.2 s to load.
    const { deserializeMessage } = await import('@modelcontextprotocol/client')
    const started = spawnServer(server)
    child = started.child
    watchServer(child, {
      name,
      clock,
      onError: report,
      onExit(reason) {
        closeWith(reason, exitError(name, reason, tail.lines()))
        return end()
      },
    })
    const messages = createMessageReader({
      name,
      maxMessageBytes,
      parse: deserializeMessage,
      hideValues,
      onMessage: (message) => isClosed || transport.onmessage?.(message),
      onSkipped: report,
      onTooLong: closeTooLong,
    })
    child.stdout.on('data', (chunk: Buffer) => messages.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => tail.push(chunk))
    try {
      await started.spawned
    } catch (thrown) {
      // The process never ran. The caller receives the error, so `onclose` is not called.
      isClosed = true
      throw thrown
    }
  }

  async function send(message: JSONRPCMessage): Promise<void> {
    if (child === undefined || isClosed || !child.stdin.writable) throw notRunning(name)
    await writeLine(child.stdin, JSON.stringify(message))
  }

  const transport: StdioTransport = {
    get pid() {
      return child?.pid
    },
    stderr: null,
    lastErrorLines: () => tail.lines(),
    closeReason: () => closeReason,
    start,
    send,
    async close() {
      close()
      await end()
    },
  }
  return transport
}
