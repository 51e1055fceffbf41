/** Divides the workers of a pool among its callers. */
export interface CallerShares {
  /** Adds a waiting job of a caller. */
  add(callerKey: string): void
  /** Records that a waiting job has started. */
  start(callerKey: string): void
  /** Removes a waiting job. */
  leave(callerKey: string): void
  /** Removes a job that has run. If `endsWorker` is true, the worker of the job cannot be used again. */
  end(callerKey: string, endsWorker: boolean): void
  /**
   * Returns whether a caller may start another job. All callers together may run twice `maxConcurrent` jobs.
   * A caller may start a job only if it runs fewer jobs than could still be added to this total. A single
   * caller can therefore run `maxConcurrent` jobs, and other callers can start jobs even if its jobs are slow.
   */
  mayStart(callerKey: string): boolean
  /**
   * Returns whether a caller must leave the last idle worker to others. This applies after one of its jobs has
   * ended a worker, for example by a timeout, until the caller has no more jobs. Without this rule, the job
   * of another caller would have to wait until a new worker has started.
   */
  sparesLastWorker(callerKey: string): boolean
}

interface Share {
  jobs: number
  running: number
  endedWorker: boolean
}

export function createCallerShares(maxConcurrent: number): CallerShares {
  /** The callers that have jobs. */
  const shares = new Map<string, Share>()
  let running = 0

  function remove(callerKey: string): void {
    const share = shares.get(callerKey)
    if (share !== undefined && --share.jobs === 0) shares.delete(callerKey)
  }

  return {
    add(callerKey) {
      const share = shares.get(callerKey) ?? { jobs: 0, running: 0, endedWorker: false }
      share.jobs++
      shares.set(callerKey, share)
    },
    start(callerKey) {
      const share = shares.get(callerKey)
      if (share === undefined) return
      share.running++
      running++
    },
    leave: remove,
    end(callerKey, endsWorker) {
      const share = shares.get(callerKey)
      if (share === undefined) return
      share.running--
      running--
      share.endedWorker ||= endsWorker
      remove(callerKey)
    },
    mayStart: (callerKey) => (shares.get(callerKey)?.running ?? 0) < 2 * maxConcurrent - running,
    sparesLastWorker: (callerKey) => shares.get(callerKey)?.endedWorker === true,
  }
}
