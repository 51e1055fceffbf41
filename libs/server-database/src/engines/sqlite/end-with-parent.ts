import { Worker } from 'node:worker_threads'

/**
 * Kills this process when its parent has exited, also while SQLite blocks the main thread: an endless
 * query must not outlive its caller.
 */
export function endWithParent(): void {
  const watch = `
    const parent = process.ppid
    setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`
  new Worker(watch, { eval: true }).unref()
}
