import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

import type { WorkerExit } from '../job-errors.ts'
import { memorySignals } from '../job-errors.ts'
import { openMessageSocket } from './message-socket.ts'

export interface NodeProcessOptions {
  /** Path of the module that the process runs. */
  readonly path: string
  /** The only argument of the module. */
  readonly argument: string
  /** Flags for Node. */
  readonly flags: readonly string[]
  readonly maxMessageBytes: number
  /** Returns whether the message was expected. Otherwise the process is killed. */
  readonly onMessage: (message: unknown) => boolean
  readonly onExit: (exit: WorkerExit) => void
}

/** A worker process of Node with a channel for messages. */
export interface NodeProcess {
  /** Posts a message. A message to a process that has exited is dropped. */
  post(message: unknown): void
  /** Kills the process immediately. `onExit` is called once it has exited. */
  kill(): void
  /** Sets whether the process keeps the calling process alive. */
  setRef(isReferenced: boolean): void
}

const maxStderrLength = 4_000

/** Starts a process. It receives no environment variables, because they may contain secrets. */
export function startNodeProcess(options: NodeProcessOptions): NodeProcess {
  const { path, argument, flags, maxMessageBytes, onMessage, onExit } = options
  let stderr = ''
  // Reason why this side killed the process.
  let killedBecause: string | undefined
  let exited = false

  const child = spawn(process.execPath, [...flags, path, argument], {
    env: {},
    // Unlike `pipe`, `overlapped` also gives a worker on Windows a pipe that does not block.
    stdio: ['ignore', 'ignore', 'pipe', 'overlapped'],
    windowsHide: true,
  })
  function kill(reason: string): void {
    killedBecause ??= reason
    child.kill('SIGKILL')
  }

  function exit(text: string, reason: WorkerExit['reason'] = 'exit'): void {
    if (exited) return
    exited = true
    onExit({ reason, text: stderr === '' ? text : `${text}: ${stderr}` })
  }

  // The output is read only for the reason why a worker failed to load, before its first message.
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < maxStderrLength) stderr += chunk.toString()
  })
  child.stderr?.on('error', () => {})
  function stopCapture(): void {
    stderr = ''
    child.stderr?.removeAllListeners('data').resume()
  }

  // Without a free file descriptor, Node creates neither the process nor its sockets.
  const sockets = Array.from(child.stdio ?? []).filter((stream) => stream instanceof Socket)
  const channel = sockets.at(-1)
  for (const socket of sockets) if (socket !== channel) socket.unref()
  let isLoaded = false
  const post =
    channel &&
    openMessageSocket(channel, {
      maxMessageBytes,
      onMessage(message) {
        if (!isLoaded) stopCapture()
        isLoaded = true
        if (!onMessage(message)) throw new TypeError('The message was not expected.')
      },
      onInvalid: (error) => kill(`it sent an invalid message: ${String(error)}`),
    })

  child.on('error', (error) => {
    // A process that was never created has no pid and emits no `close`.
    if (child.pid === undefined) exit(error.message)
  })
  // Unlike `exit`, `close` is emitted after all output of the process has been read.
  child.on('close', (code, signal) => {
    if (killedBecause !== undefined) exit(killedBecause)
    else if (signal === null) exit(`exit code ${code}`)
    else exit(`signal ${signal}`, memorySignals.has(signal) ? 'memory-limit' : 'exit')
  })

  return {
    post: (message) => post?.(message),
    kill: () => kill('it was stopped'),
    setRef(isReferenced) {
      const method = isReferenced ? 'ref' : 'unref'
      child[method]()
      channel?.[method]()
    },
  }
}
