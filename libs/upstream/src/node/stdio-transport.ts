import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'

import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import type { UpstreamTransport } from '../connection/upstream-transport.ts'
import type { StdioEntry } from '../entry/upstream-entry.ts'
import { childEnvironment } from './child-environment.ts'
import type { EndProcessGroupOptions } from './end-process-group.ts'
import { endProcessGroup } from './end-process-group.ts'
import { createValueFilter } from './hide-values.ts'
import { createMessageReader } from './message-reader.ts'
import { createOutputTail } from './output-tail.ts'
import { exitError, notRunning, requireFolder, spawnError } from './process-errors.ts'
import { watchProcessGroup } from './process-watchdog.ts'

/** The part of an entry that describes the process. */
export type StdioServer = Pick<StdioEntry, 'name' | 'command' | 'args' | 'env' | 'cwd'>

export interface StdioTransportOptions extends EndProcessGroupOptions {
  /** Maximum size of one message of the server, in bytes. Default: 10 MiB. */
  readonly maxMessageBytes?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** The connection to a process. `onerror` receives the reason before `onclose`. */
export interface StdioTransport extends UpstreamTransport {
  /** Process id, which is the id of the process group. Undefined before the start. */
  readonly pid: number | undefined
  /**
   * Always null, because `lastErrorLines` reads the stream. The SDK recognizes a process by the presence of
   * `pid` and `stderr`: a silent process is then a legacy server, and otherwise an outage.
   */
  readonly stderr: null
  /** Last lines of stderr, without the values of configured variables. */
  readonly lastErrorLines: () => readonly string[]
  readonly closeReason: () => string | undefined
}

const defaultMaxMessageBytes = 10 * 1024 * 1024

/** Time to read the last output of a process that has exited. A grandchild may keep its pipes open. */
const lastOutputMs = 200

/**
 * Creates a transport of the MCP client that runs a server as a process group of its own. Unlike that of
 * the SDK, it ends the whole group, and also when this process is killed.
 *
 * @throws McpError from `start`: `unavailable` if the process cannot be started.
 */
// It is one function because the process, its state and its callbacks belong together.
// oxlint-disable-next-line max-lines-per-function
export function createStdioTransport(
  server: StdioServer,
  options: StdioTransportOptions = {},
): StdioTransport {
  const { name, command, args, env, cwd } = server
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

  function watch(started: ChildProcessWithoutNullStreams): void {
    const { pid } = started
    const stopWatching =
      pid === undefined
        ? () => {}
        : watchProcessGroup(pid, (cause) => {
            const message = `The processes of "${name}" are not watched: they may outlive this process if it is killed.`
            report(new McpError('unavailable', message, { cause }))
          })
    // A write to a process that has exited fails. Its exit is reported.
    started.stdin.on('error', () => {})
    started.on('exit', (code, signal) => {
      const finish = (): void => {
        const reason = signal === null ? `exited with code ${code}` : `was killed by ${signal}`
        closeWith(reason, exitError(name, reason, tail.lines()))
        // What the process has started ends with it.
        void end().then(stopWatching)
      }
      started.once('close', finish)
      clock.after(lastOutputMs, finish)
    })
  }

  async function start(): Promise<void> {
    if (child !== undefined) throw new Error('The transport is already started.')
    requireFolder(name, cwd)
    // The SDK needs 0.2 s to load.
    const { deserializeMessage } = await import('@modelcontextprotocol/client')
    const started = spawn(command, args, {
      env: childEnvironment(env),
      cwd,
      stdio: 'pipe',
      // A process group of its own, so that all processes of the server can be signalled together.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    child = started
    watch(started)
    const messages = createMessageReader({
      name,
      maxMessageBytes,
      parse: deserializeMessage,
      hideValues,
      onMessage: (message) => isClosed || transport.onmessage?.(message),
      onSkipped: report,
      onTooLong() {
        const reason = `sent a message of more than ${maxMessageBytes} bytes`
        const message = `"${name}" ${reason}. Its process was ended.`
        closeWith(reason, new McpError('payload-too-large', message))
        void end()
      },
    })
    started.stdout.on('data', (chunk: Buffer) => messages.push(chunk))
    started.stderr.on('data', (chunk: Buffer) => tail.push(chunk))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    started.once('spawn', resolve)
    started.on('error', (error) => {
      isClosed ||= started.pid === undefined
      reject(spawnError(name, command, error))
    })
    await promise
  }

  async function send(message: JSONRPCMessage): Promise<void> {
    const input = child?.stdin
    if (input === undefined || isClosed || !input.writable) throw notRunning(name)
    if (input.write(`${JSON.stringify(message)}\n`)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const event of ['drain', 'close'] as const) input.once(event, resolve)
    await promise
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
