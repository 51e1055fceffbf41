import { Worker } from 'node:worker_threads'

/** Watches the memory of this process while a job runs. Kills the process if the growth exceeds the limit. */
export interface MemoryGuard {
  /** Resolves once the guard has measured the memory of the process without a job. */
  readonly ready: Promise<void>
  start(): void
  /** Stops watching. Returns whether any sample so far showed more than half of the limit in use. */
  stop(): boolean
}

const sampleIntervalMs = 5

// The guard is a separate thread, so that it runs even while a job blocks the main thread. Its code is a
// string of plain JavaScript: a file would have another name in a build and would need type stripping.
// The guard measures the resident set, which includes buffers, WebAssembly and shared memory. The limits
// of V8 ignore these. The guard also detects that the parent has exited, because a worker whose job loops
// never receives the `close` event of its channel.
const source = `
const { parentPort, workerData } = require('node:worker_threads')
const { state, limit } = workerData
const parent = process.ppid
const baseline = process.memoryUsage.rss()
parentPort.postMessage('ready')
for (;;) {
  if (Atomics.load(state, 0) === 0) Atomics.wait(state, 0, 0)
  const used = process.memoryUsage.rss() - baseline
  if (used > limit || process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  if (used > limit / 2) Atomics.store(state, 1, 1)
  Atomics.wait(state, 0, 1, ${sampleIntervalMs})
}`

export function startMemoryGuard(maxMemoryMb: number): MemoryGuard {
  // Index 0: whether a job runs. Index 1: whether more than half of the limit was ever in use.
  const state = new Int32Array(new SharedArrayBuffer(8))
  const thread = new Worker(source, {
    eval: true,
    workerData: { state, limit: maxMemoryMb * 2 ** 20 },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  })

  return {
    ready: new Promise((resolve, reject) => {
      thread.once('message', () => resolve())
      thread.once('error', reject)
    }),
    start() {
      Atomics.store(state, 0, 1)
      Atomics.notify(state, 0)
    },
    stop() {
      Atomics.store(state, 0, 0)
      return Atomics.load(state, 1) === 1
    },
  }
}
