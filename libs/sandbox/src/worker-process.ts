import { fork } from 'node:child_process'
import { Socket } from 'node:net'

import type { JobMessage, WorkerMessage, WorkerSettings } from './messages.ts'
import { isWorkerMessage } from './messages.ts'
import { workerFlags } from './worker-flags.ts'

/** One process that does one job at a time. */
export interface WorkerProcess {
  send(message: JobMessage): void
  /** Ends it at once, whatever it does; `onEnd` follows. */
  kill(): void
  /** Whether it keeps the calling process alive. */
  hold(held: boolean): void
}

export interface WorkerProcessOptions extends WorkerSettings {
  /** The path of the module that calls `serveJobs`. */
  path: string
  execArgv: readonly string[]
  onMessage: (message: WorkerMessage) => void
  onEnd: (end: WorkerEnd) => void
}

/** How a worker ended. */
export interface WorkerEnd {
  readonly reason: 'memory-limit' | 'ended'
  /** For the log: exit code or signal, and what it wrote about itself before it was ready. */
  readonly text: string
}

// SIGKILL is the memory guard's (or the kernel's, out of memory as well); with the others V8 ends a
// process whose heap is full, or that asked for an array larger than V8 has room for.
const memorySignals: ReadonlySet<string> = new Set(['SIGKILL', 'SIGABRT', 'SIGTRAP', 'SIGILL'])

export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { path, execArgv, memoryMb, maxResultBytes, onMessage, onEnd } = options
  let complaint = ''
  let ended = false

  const child = fork(path, [JSON.stringify({ memoryMb, maxResultBytes })], {
    env: {},
    execArgv: [...workerFlags(memoryMb), ...execArgv],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })

  function end(text: string, reason: WorkerEnd['reason'] = 'ended'): void {
    if (ended) return
    ended = true
    onEnd({ reason, text: complaint === '' ? text : `${text}: ${complaint}` })
  }

  if (child.stderr instanceof Socket) child.stderr.unref()
  child.stderr?.on('data', (chunk: Buffer) => {
    if (complaint.length < 4_000) complaint += chunk.toString()
  })
  child.on('message', (message: unknown) => {
    if (!isWorkerMessage(message)) return
    if (message.type === 'ready') {
      complaint = ''
      child.stderr?.removeAllListeners('data').resume()
    }
    onMessage(message)
  })
  child.on('error', (error) => {
    // A process that never was has no pid, and no `close` either.
    if (child.pid === undefined) end(error.message)
  })
  // `close` and not `exit`: by then all it wrote has been read.
  child.on('close', (code, signal) => {
    if (signal === null) end(`exit code ${code}`)
    else end(`signal ${signal}`, memorySignals.has(signal) ? 'memory-limit' : 'ended')
  })

  return {
    send(message) {
      // A worker that is ending cannot be written to; `close` says so a moment later.
      child.send(message, () => {})
    },
    kill() {
      child.kill('SIGKILL')
    },
    hold(held) {
      const change = held ? 'ref' : 'unref'
      child[change]()
      child.channel?.[change]()
    },
  }
}
