/** The source of time and timers. Tests replace {@link systemClock}. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `run` once, `ms` milliseconds from now, unless the returned function is called first. */
  after(ms: number, run: () => void): () => void
  /** Calls `run` every `ms` milliseconds, at most 24.8 days, until the returned function is called. */
  every(ms: number, run: () => void): () => void
}

/** Longest delay of a timer in Node and in browsers, 24.8 days. They run a timer with a longer one at once. */
const maxDelayMs = 2 ** 31 - 1

/** The clock of the machine. Its timers do not keep a process alive. `after` accepts any delay, also `Infinity`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => (ms > maxDelayMs ? startLongTimer(ms, run) : startTimer(ms, run)),
  every(ms, run) {
    const timer = setInterval(run, Math.min(ms, maxDelayMs))
    detach(timer)
    return () => clearInterval(timer)
  },
}

function startTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  detach(timer)
  return () => clearTimeout(timer)
}

/** Starts one timer after the other. */
function startLongTimer(ms: number, run: () => void): () => void {
  let stop = startTimer(maxDelayMs, () => {
    stop = systemClock.after(ms - maxDelayMs, run)
  })
  return () => stop()
}

/** Lets a Node process exit while the timer is pending. Other runtimes have no `unref`. */
function detach(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) {
    if (typeof timer.unref === 'function') timer.unref()
  }
}
