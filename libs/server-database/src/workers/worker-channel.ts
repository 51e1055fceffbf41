import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Channel to a worker, a thread or a process. */
export interface WorkerChannel {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when the worker has exited, with the failure if there was one. */
  onEnd(listener: (cause: unknown) => void): void
  /** Sets whether the worker keeps this process alive. */
  setRef(keepsAlive: boolean): void
  /** Kills the worker immediately. Resolves when it has exited. */
  kill(): Promise<void>
}

/** Starts a thread: sufficient for WebAssembly, which can be stopped at any point. */
export function startThread(url: string): WorkerChannel {
  // Without the environment variables of this process, which may contain secrets.
  const worker = new Worker(new URL(url), { env: {} })
  let failure: unknown
  worker.on('error', (cause) => {
    failure = cause
  })
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on('message', listener),
    onEnd: (listener) => void worker.once('exit', () => listener(failure)),
    setRef: (keepsAlive) => (keepsAlive ? worker.ref() : worker.unref()),
    async kill() {
      worker.ref()
      await worker.terminate()
    },
  }
}

/** Starts a process: native code such as SQLite can only be stopped by killing its process. */
export function startProcess(url: string): WorkerChannel {
  const child = fork(fileURLToPath(url), {
    env: {},
    execArgv: [
      ...process.execArgv.filter((flag) => flag.startsWith('--conditions=')),
      '--no-warnings',
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  let failure: unknown
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (cause) => {
      failure = cause
      resolve()
    })
  })
  function setRef(keepsAlive: boolean): void {
    if (keepsAlive) child.ref()
    else child.unref()
    if (keepsAlive) child.channel?.ref()
    else child.channel?.unref()
  }

  return {
    // Messages to an exited process are lost; `onEnd` reports the exit.
    post: (message) => void (child.connected && child.send(Object(message), () => {})),
    onMessage: (listener) => void child.on('message', listener),
    onEnd: (listener) => void ended.then(() => listener(failure)),
    setRef,
    async kill() {
      setRef(true)
      child.kill('SIGKILL')
      await ended
    },
  }
}
