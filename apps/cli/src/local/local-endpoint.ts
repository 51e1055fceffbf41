import { connect } from 'node:net'

import { delay } from '@mcp/concurrency'
import type { Logger, RunningApp } from '@mcp/node'
import { McpError, systemClock } from '@mcp/protocol'

import type { Endpoint } from '../proxy/endpoint.ts'
import { createHttpEndpoint, isNotSent } from '../proxy/endpoint.ts'

export interface LocalEndpointOptions {
  /** Path of the socket on which the hub is served. */
  readonly socketPath: string
  /** Path of the MCP endpoint, such as `/mcp`. */
  readonly path: string
  readonly token: string | undefined
  readonly log: Logger
  /**
   * Starts the hub in this process. Rejects with the reason `in-use` if another process uses the data
   * folder.
   */
  readonly startHub: () => Promise<RunningApp>
}

/** The hub of a data folder, in this process or in another one. */
export interface LocalEndpoint extends Endpoint {
  /** Connects to the running hub, or starts the hub. */
  open(): Promise<void>
}

/** Maximum time for another process to start, or to stop, its hub. */
const maxWaitMs = 15_000
const pollMs = 50
const closeGraceMs = 600

/**
 * Creates an endpoint for the hub of a data folder. If the process that runs the hub ends, the first
 * process that detects this starts the hub. The lock of the data folder decides between several processes.
 */
export function createLocalEndpoint(options: LocalEndpointOptions): LocalEndpoint {
  const { socketPath, path, token, log } = options
  const name = 'the hub'
  const http = createHttpEndpoint({ url: `http://localhost${path}`, socketPath, name, token })
  const closing = new AbortController()
  let hub: RunningApp | undefined
  let opening: Promise<void> | undefined

  async function joinOrStart(): Promise<void> {
    const deadline = performance.now() + maxWaitMs
    for (;;) {
      if (await accepts(socketPath)) {
        log.info('Connected to the hub of another process')
        return
      }
      closing.signal.throwIfAborted()
      try {
        hub = await options.startHub()
        log.info('Started the hub')
        return
      } catch (thrown) {
        // Another process has the lock: its hub is starting or ending.
        if (!McpError.is(thrown) || thrown.details?.['reason'] !== 'in-use') throw thrown
        if (performance.now() > deadline) throw thrown
      }
      await delay(pollMs, systemClock, closing.signal)
    }
  }

  function open(): Promise<void> {
    opening ??= joinOrStart().finally(() => {
      opening = undefined
    })
    return opening
  }

  return {
    name,
    open,
    async send(request) {
      const deadline = performance.now() + maxWaitMs
      for (;;) {
        if (opening !== undefined) await opening
        try {
          return await http.send(request)
        } catch (thrown) {
          if (!isNotSent(thrown) || performance.now() > deadline) throw thrown
        }
        closing.signal.throwIfAborted()
        await open()
      }
    },
    async close() {
      closing.abort()
      await opening?.catch(() => {})
      await Promise.all([http.close(), hub?.close({ graceMs: closeGraceMs })])
    },
  }
}

/** Whether a process accepts connections on a socket. */
function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: socketPath })
    const finish = (isAccepted: boolean): void => {
      socket.destroy()
      resolve(isAccepted)
    }
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}
