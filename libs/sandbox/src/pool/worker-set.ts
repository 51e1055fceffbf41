import type { Clock } from '@mcp/protocol'

import type { NodeProcess } from '../channel/node-process.ts'
import type { WorkerExit } from '../job-errors.ts'
import type { JobMessage, WorkerMessage } from '../messages.ts'
import type { StartFailure } from './start-backoff.ts'
import { createStartBackoff } from './start-backoff.ts'
import type { WorkerProcessOptions } from './worker-process.ts'
import { startWorkerProcess } from './worker-process.ts'

export interface WorkerSetOptions extends Omit<WorkerProcessOptions, 'onMessage' | 'onExit'> {
  readonly startTimeoutMs: number
  readonly clock: Clock
  /** Called after a worker became idle, failed to start, or exited without being killed by the set. */
  readonly onChange: () => void
}

/** Receives the result of an assigned job. */
interface JobListener {
  readonly onResult: (bytes: Uint8Array) => void
  /** Called if the worker exits while it runs the job, unless the set killed the worker. */
  readonly onExit: (exit: WorkerExit) => void
}

/** Assigns a job to a worker, and returns the function that kills the worker. */
export type AssignJob = (message: JobMessage, listener: JobListener) => () => void

/** The workers of one sandbox: starting, idle or busy. */
export interface WorkerSet {
  /** Returns the number of workers that have neither exited nor been killed. */
  alive(): number
  /** Returns the number of idle workers. */
  idle(): number
  /** Returns the failure of the last start until the time of the next attempt, then `undefined`. */
  failure(): StartFailure | undefined
  /** Returns the function that assigns a job to an idle worker; `undefined` if none is idle. */
  findIdle(): AssignJob | undefined
  /**
   * Starts workers until `count` are alive or a start fails. If `awaited` is true, workers that are
   * starting keep this process alive.
   */
  grow(count: number, awaited: boolean): void
  /** Kills all workers, and resolves once they have exited. */
  stop(): Promise<void>
}

interface WorkerEntry {
  readonly process: NodeProcess
  state: { type: 'starting'; stopTimer: () => void } | { type: 'idle' | 'exiting' } | Busy
}

interface Busy extends JobListener {
  readonly type: 'busy'
}

export function createWorkerSet(options: WorkerSetOptions): WorkerSet {
  const { startTimeoutMs, clock, onChange } = options
  const workers = new Set<WorkerEntry>()
  const exiting = new Map<WorkerEntry, PromiseWithResolvers<void>>()
  const backoff = createStartBackoff(clock)

  function start(): void {
    let process: NodeProcess
    try {
      process = startWorkerProcess({
        ...options,
        onMessage: (message) => receive(worker, message),
        onExit: (exit) => handleExit(worker, exit),
      })
    } catch (error) {
      // Node throws some system errors, such as a lack of memory, instead of emitting them.
      backoff.recordFailure(String(error))
      return
    }
    const stopTimer = clock.after(startTimeoutMs, () => {
      kill(worker)
      backoff.recordFailure(`it took longer than ${startTimeoutMs} ms to load`)
      onChange()
    })
    const worker: WorkerEntry = { process, state: { type: 'starting', stopTimer } }
    workers.add(worker)
  }

  /** Returns whether the message was expected. */
  function receive(worker: WorkerEntry, message: WorkerMessage): boolean {
    const { state } = worker
    if (message.type === 'ready' && state.type === 'starting') {
      state.stopTimer()
      backoff.reset()
      setIdle(worker)
    } else if (message.type === 'result' && state.type === 'busy') {
      if (message.worn) kill(worker)
      else setIdle(worker)
      state.onResult(message.result)
    } else return state.type === 'exiting'
    onChange()
    return true
  }

  function setIdle(worker: WorkerEntry): void {
    worker.state = { type: 'idle' }
    worker.process.setRef(false)
    // Moves the worker to the end, because `findIdle` takes the last idle worker: the most recently used one.
    workers.delete(worker)
    workers.add(worker)
  }

  function handleExit(worker: WorkerEntry, exit: WorkerExit): void {
    exiting.get(worker)?.resolve()
    exiting.delete(worker)
    if (!workers.delete(worker)) return
    const { state } = worker
    if (state.type === 'starting') {
      state.stopTimer()
      backoff.recordFailure(exit.text)
    }
    if (state.type === 'busy') state.onExit(exit)
    onChange()
  }

  function kill(worker: WorkerEntry): void {
    if (!workers.delete(worker)) return
    if (worker.state.type === 'starting') worker.state.stopTimer()
    worker.state = { type: 'exiting' }
    exiting.set(worker, Promise.withResolvers())
    worker.process.setRef(true)
    worker.process.kill()
  }

  return {
    alive: () => workers.size,
    idle: () => [...workers].filter(({ state }) => state.type === 'idle').length,
    failure: () => backoff.failure(),
    findIdle() {
      const worker = [...workers].findLast(({ state }) => state.type === 'idle')
      if (worker === undefined) return undefined
      return (message, listener) => {
        worker.state = { type: 'busy', ...listener }
        worker.process.setRef(true)
        worker.process.post(message)
        return () => kill(worker)
      }
    },
    grow(count, awaited) {
      while (workers.size < count && backoff.failure() === undefined) start()
      for (const { state, process } of workers) {
        if (state.type === 'starting') process.setRef(awaited)
      }
    },
    async stop() {
      for (const worker of Array.from(workers)) kill(worker)
      await Promise.all(Array.from(exiting.values(), ({ promise }) => promise))
    },
  }
}
