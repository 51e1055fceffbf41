import { Worker } from 'node:worker_threads'

/**
 * Ends this process when its parent is gone, also while SQLite holds its main thread: an endless
 * query must not outlive its caller.
 */
export function endWithParent(): void {
  const watch = `
    const parent = process.ppid
    setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`
  new Worker(watch, { eval: true }).unref()
}
