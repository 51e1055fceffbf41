import { Worker } from 'node:worker_threads'

/** Watches the memory of this process while a job runs, and kills the process at the limit. */
export interface MemoryGuard {
  /** Resolves once the guard knows how large the process is without a job. */
  readonly ready: Promise<void>
  watch(): void
  /** Ends the watch; `true` when more than half of the limit was in use. */
  rest(): boolean
}

const everyMs = 5

// Plain JavaScript in a string: a thread of its own sees a job that never yields, and a string
// needs no file that would have another name in a build, nor a runtime that strips types.
// The resident set counts what V8's own limits leave out: buffers, WebAssembly, shared memory.
// A parent that is gone is noticed here too, since a job that loops never hears of it.
const source = `
const { parentPort, workerData } = require('node:worker_threads')
const { state, limit } = workerData
const parent = process.ppid
const fresh = process.memoryUsage.rss()
parentPort.postMessage('ready')
for (;;) {
  if (Atomics.load(state, 0) === 0) Atomics.wait(state, 0, 0)
  const grown = process.memoryUsage.rss() - fresh
  if (grown > limit || process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  if (grown > limit / 2) Atomics.store(state, 1, 1)
  Atomics.wait(state, 0, 1, ${everyMs})
}`

export function startMemoryGuard(memoryMb: number): MemoryGuard {
  // First: whether a job runs. Second: whether the guard saw more than half of the limit in use.
  const state = new Int32Array(new SharedArrayBuffer(8))
  const thread = new Worker(source, {
    eval: true,
    workerData: { state, limit: memoryMb * 2 ** 20 },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  })

  return {
    ready: new Promise((resolve, reject) => {
      thread.once('message', () => resolve())
      thread.once('error', reject)
    }),
    watch() {
      Atomics.store(state, 0, 1)
      Atomics.notify(state, 0)
    },
    rest() {
      Atomics.store(state, 0, 0)
      return Atomics.load(state, 1) === 1
    },
  }
}
