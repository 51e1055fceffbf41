import type { Clock } from '@mcp/protocol'

import type { JobMessage, WorkerMessage } from './messages.ts'
import type { WorkerEnd, WorkerProcess, WorkerProcessOptions } from './worker-process.ts'
import { startWorkerProcess } from './worker-process.ts'

export interface WorkerSetOptions extends Omit<WorkerProcessOptions, 'onMessage' | 'onEnd'> {
  startTimeoutMs: number
  clock: Clock
  /** Told when a worker became idle or was lost. */
  onChange: () => void
}

/** Why no worker can be started, and when it is worth another try. */
interface StartFailure {
  readonly text: string
  readonly retryAt: number
}

/** What becomes of a job that was given to a worker. */
interface JobListener {
  onAnswer: (bytes: Uint8Array) => void
  /** The worker ended under the job. */
  onEnd: (end: WorkerEnd) => void
}

/** The workers of one sandbox: starting, idle or busy. */
export interface WorkerSet {
  busy(): number
  alive(): number
  /** The last start failed, and it is too early for the next one. */
  failure(): StartFailure | undefined
  /** Gives the job to an idle worker; returns what ends that worker, or nothing if none is idle. */
  assign(message: JobMessage, listener: JobListener): (() => void) | undefined
  /** Starts workers until `count` are alive. While they are `awaited`, the process stays up. */
  grow(count: number, awaited: boolean): void
  /** Ends all workers; resolves once they are gone. */
  stop(): Promise<void>
}

interface Entry {
  readonly process: WorkerProcess
  state: { type: 'starting'; stopTimer: () => void } | { type: 'idle' | 'ending' } | Busy
}

interface Busy extends JobListener {
  readonly type: 'busy'
}

const firstRetryMs = 250
const lastRetryMs = 30_000

export function createWorkerSet(options: WorkerSetOptions): WorkerSet {
  const { startTimeoutMs, clock, onChange } = options
  const entries = new Set<Entry>()
  const ending = new Map<Entry, PromiseWithResolvers<void>>()
  let failures = 0
  let failure: StartFailure | undefined

  const count = (type: Entry['state']['type']) =>
    [...entries].filter(({ state }) => state.type === type).length

  function start(): void {
    let process: WorkerProcess
    try {
      process = startWorkerProcess({
        ...options,
        onMessage: (message) => hear(worker, message),
        onEnd: (end) => lose(worker, end),
      })
    } catch (error) {
      // Some failures of the system are thrown instead of told, such as being out of memory.
      fail(String(error))
      return
    }
    const stopTimer = clock.after(startTimeoutMs, () => {
      remove(worker)
      fail(`it took longer than ${startTimeoutMs} ms to load`)
      onChange()
    })
    const worker: Entry = { process, state: { type: 'starting', stopTimer } }
    entries.add(worker)
  }

  function fail(text: string): void {
    const delayMs = Math.min(lastRetryMs, firstRetryMs * 2 ** failures)
    failures += 1
    failure = { text, retryAt: clock.now() + delayMs }
  }

  function hear(worker: Entry, message: WorkerMessage): void {
    const { state } = worker
    if (message.type === 'ready' && state.type === 'starting') {
      state.stopTimer()
      failures = 0
      failure = undefined
      rest(worker)
    } else if (message.type === 'answered' && state.type === 'busy') {
      if (message.worn) remove(worker)
      else rest(worker)
      state.onAnswer(message.answer)
    } else return
    onChange()
  }

  function rest(worker: Entry): void {
    worker.state = { type: 'idle' }
    worker.process.hold(false)
    // Added anew, so that the worker used last is found last.
    entries.delete(worker)
    entries.add(worker)
  }

  function lose(worker: Entry, end: WorkerEnd): void {
    ending.get(worker)?.resolve()
    ending.delete(worker)
    if (!entries.delete(worker)) return
    const { state } = worker
    if (state.type === 'starting') {
      state.stopTimer()
      fail(end.text)
    }
    if (state.type === 'busy') state.onEnd(end)
    onChange()
  }

  function remove(worker: Entry): void {
    if (!entries.delete(worker)) return
    if (worker.state.type === 'starting') worker.state.stopTimer()
    worker.state = { type: 'ending' }
    ending.set(worker, Promise.withResolvers())
    worker.process.hold(true)
    worker.process.kill()
  }

  return {
    busy: () => count('busy'),
    alive: () => entries.size,
    failure() {
      return failure !== undefined && clock.now() < failure.retryAt ? failure : undefined
    },
    assign(message, listener) {
      const worker = [...entries].findLast(({ state }) => state.type === 'idle')
      if (worker === undefined) return undefined
      worker.state = { type: 'busy', ...listener }
      worker.process.hold(true)
      worker.process.send(message)
      return () => remove(worker)
    },
    grow(wanted, awaited) {
      while (entries.size < wanted && this.failure() === undefined) start()
      for (const { state, process } of entries) {
        if (state.type === 'starting') process.hold(awaited)
      }
    },
    async stop() {
      for (const worker of Array.from(entries)) remove(worker)
      await Promise.all([...ending.values()].map(({ promise }) => promise))
    },
  }
}
