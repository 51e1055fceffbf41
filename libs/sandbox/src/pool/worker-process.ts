import { fork } from 'node:child_process'
import { Socket } from 'node:net'

import type { WorkerExit } from '../job-errors.ts'
import { memorySignals } from '../job-errors.ts'
import type { JobMessage, WorkerLimits, WorkerMessage } from '../messages.ts'
import { isWorkerMessage } from '../messages.ts'
import { workerFlags } from './worker-flags.ts'

/** A process that runs one job at a time. */
export interface WorkerProcess {
  send(message: JobMessage): void
  /** Kills the process immediately. `onExit` is called once it has exited. */
  kill(): void
  /** Sets whether the process keeps the calling process alive. */
  setRef(isReferenced: boolean): void
}

export interface WorkerProcessOptions extends WorkerLimits {
  /** Path of the module that calls `serveJobs`. */
  readonly path: string
  readonly execArgv: readonly string[]
  readonly onMessage: (message: WorkerMessage) => void
  readonly onExit: (exit: WorkerExit) => void
}

const maxStderrLength = 4_000

export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { path, execArgv, maxMemoryMb, maxResultBytes, onMessage, onExit } = options
  let stderr = ''
  let exited = false

  const child = fork(path, [JSON.stringify({ maxMemoryMb, maxResultBytes })], {
    env: {},
    execArgv: [...workerFlags(maxMemoryMb), ...execArgv],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })

  function exit(text: string, reason: WorkerExit['reason'] = 'exit'): void {
    if (exited) return
    exited = true
    onExit({ reason, text: stderr === '' ? text : `${text}: ${stderr}` })
  }

  if (child.stderr instanceof Socket) child.stderr.unref()
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < maxStderrLength) stderr += chunk.toString()
  })
  child.on('message', (message: unknown) => {
    if (!isWorkerMessage(message)) return
    if (message.type === 'ready') {
      stderr = ''
      child.stderr?.removeAllListeners('data').resume()
    }
    onMessage(message)
  })
  child.on('error', (error) => {
    // A process that was never created has no pid and emits no `close`.
    if (child.pid === undefined) exit(error.message)
  })
  // Unlike `exit`, `close` is emitted after all output of the process has been read.
  child.on('close', (code, signal) => {
    if (signal === null) exit(`exit code ${code}`)
    else exit(`signal ${signal}`, memorySignals.has(signal) ? 'memory-limit' : 'exit')
  })

  return {
    send(message) {
      // Sending to an exiting worker fails. The error is ignored, because a `close` event follows.
      child.send(message, () => {})
    },
    kill() {
      child.kill('SIGKILL')
    },
    setRef(isReferenced) {
      const method = isReferenced ? 'ref' : 'unref'
      child[method]()
      child.channel?.[method]()
    },
  }
}
