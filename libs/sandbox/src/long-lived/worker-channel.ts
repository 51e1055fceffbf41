import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'

import { startNodeProcess } from '../channel/node-process.ts'
import type { WorkerExit } from '../job-errors.ts'
import { permissionFlags } from '../pool/worker-flags.ts'

/** The channel to a worker, which is a thread or a process. */
export interface WorkerChannel {
  /** Posts a message. A message to a worker that has exited is dropped. */
  post(message: unknown): void
  /** Sets the listener, which returns whether the message was expected. If not, the worker is killed. */
  onMessage(listener: (message: unknown) => boolean): void
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
  // A call would wait forever for a response that cannot be read, so the worker is terminated.
  function terminate(cause: unknown): void {
    failure = cause
    void worker.terminate()
  }
  worker.on('messageerror', terminate)
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    post: (message) => worker.postMessage(message),
    onMessage: (listener) =>
      void worker.on('message', (message) => {
        // Messages after an invalid one are not used, although they may have arrived already.
        if (failure === undefined && !listener(message))
          terminate(new TypeError('The worker sent an invalid message.'))
      }),
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

/**
 * Starts a worker process. Native code such as SQLite can be stopped only by killing its process. Node's
 * permission model prevents the process from starting programs and from loading add-ons. The process can read
 * and write files.
 */
export function startProcess(url: string, { maxMemoryMb }: ProcessOptions): WorkerChannel {
  let onMessage = (_message: unknown): boolean => true
  const ended = Promise.withResolvers<WorkerExit>()
  const child = startNodeProcess({
    path: fileURLToPath(url),
    argument: String(maxMemoryMb),
    flags: [...permissionFlags(), '--allow-fs-write=*'],
    // A larger message would not fit into the memory of the process.
    maxMessageBytes: maxMemoryMb * 2 ** 20,
    onMessage: (message) => onMessage(message),
    onExit: ended.resolve,
  })
  return {
    post: (message) => child.post(message),
    onMessage(listener) {
      onMessage = listener
    },
    onEnd: (listener) => void ended.promise.then(listener),
    setRef: (keepsAlive) => child.setRef(keepsAlive),
    async kill() {
      child.setRef(true)
      child.kill()
      await ended.promise
    },
  }
}
