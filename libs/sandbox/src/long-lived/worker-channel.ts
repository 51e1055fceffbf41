import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'

import type { WorkerExit } from '../job-errors.ts'
import { memorySignals } from '../job-errors.ts'
import { inheritedConditions } from '../pool/worker-flags.ts'

/** The channel to a worker, which is a thread or a process. */
export interface WorkerChannel {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when the worker has exited. */
  onEnd(listener: (exit: WorkerExit) => void): void
  /** Sets whether the worker keeps this process alive. */
  setRef(keepsAlive: boolean): void
  /** Kills the worker immediately. Resolves when it has exited. */
  kill(): Promise<void>
}

export interface ProcessOptions {
  /**
   * Maximum growth of the memory of the process since it was loaded, in MiB. If a call exceeds it, the
   * process is killed.
   */
  readonly maxMemoryMb: number
}

/** Starts a worker thread. Use it for WebAssembly, which can be stopped without killing a process. */
export function startThread(
  url: string,
  options: { readonly stackSizeMb?: number } = {},
): WorkerChannel {
  // The thread receives no environment variables, because they may contain secrets.
  const worker = new Worker(new URL(url), { env: {}, resourceLimits: options })
  let failure: unknown
  worker.on('error', (cause) => {
    failure = cause
  })
  // A message that cannot be read is reported only here. Its call would wait forever for the response, so
  // the worker is terminated.
  worker.on('messageerror', (cause) => {
    failure = cause
    void worker.terminate()
  })
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on('message', listener),
    onEnd: (listener) =>
      void worker.once('exit', (code) => {
        const text = failure === undefined ? `exit code ${code}` : inspect(failure)
        listener({ reason: 'exit', text })
      }),
    setRef: (keepsAlive) => (keepsAlive ? worker.ref() : worker.unref()),
    async kill() {
      worker.ref()
      await worker.terminate()
    },
  }
}

/** Starts a worker process. Native code such as SQLite can be stopped only by killing its process. */
export function startProcess(url: string, { maxMemoryMb }: ProcessOptions): WorkerChannel {
  const child = fork(fileURLToPath(url), [String(maxMemoryMb)], {
    env: {},
    execArgv: [...inheritedConditions(), '--no-warnings'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = new Promise<WorkerExit>((resolve) => {
    child.once('exit', (code, signal) => {
      const isMemory = signal !== null && memorySignals.has(signal)
      resolve({
        reason: isMemory ? 'memory-limit' : 'exit',
        text: signal === null ? `exit code ${code}` : `signal ${signal}`,
      })
    })
    child.once('error', (cause) => resolve({ reason: 'exit', text: String(cause) }))
  })
  function setRef(keepsAlive: boolean): void {
    if (keepsAlive) child.ref()
    else child.unref()
    if (keepsAlive) child.channel?.ref()
    else child.channel?.unref()
  }

  return {
    // A message to an exited process is dropped. `onEnd` reports the exit.
    post: (message) => void (child.connected && child.send(Object(message), () => {})),
    onMessage: (listener) => void child.on('message', listener),
    onEnd: (listener) => void ended.then(listener),
    setRef,
    async kill() {
      setRef(true)
      child.kill('SIGKILL')
      await ended
    },
  }
}
