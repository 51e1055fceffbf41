import { Worker } from 'node:worker_threads'

/** Watches the memory of this process while a job runs, and kills the process at the limit. */
export interface MemoryGuard {
  /** Resolves once the guard has measured the memory of the process without a job. */
  readonly ready: Promise<void>
  start(): void
  /** Stops watching. Returns whether more than half of the limit was in use. */
  stop(): boolean
}

const sampleIntervalMs = 5

// Plain JavaScript in a string: its own thread runs even while a job blocks the main thread, and a
// string needs no file, which would have another name in a build, and no type stripping.
// The resident set includes what V8's own limits ignore: buffers, WebAssembly, shared memory.
// The exit of the parent is also detected here, since a looping job never receives 'disconnect'.
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
  // [0]: whether a job runs. [1]: whether more than half of the limit was ever in use.
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
