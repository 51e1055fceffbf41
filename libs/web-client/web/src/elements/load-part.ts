const firstWaitMs = 500
const maxWaitMs = 10_000
const maxAttempts = 30

/**
 * Loads a part of the page, and tries again if the service is not reachable. React keeps the first failure
 * of a lazy component, so that its view would stay broken.
 *
 * @example
 * const Editor = lazy(() => loadPart(() => import('./editor.tsx')))
 */
export async function loadPart<Part>(
  load: () => Promise<Part>,
  wait: (ms: number) => Promise<void> = waitFor,
): Promise<Part> {
  for (let attempt = 1, waitMs = firstWaitMs; ; attempt++) {
    try {
      return await load()
    } catch (error) {
      // The attempts are limited, because a part of an earlier build does not exist any more.
      if (attempt === maxAttempts) throw error
      await wait(waitMs)
      waitMs = Math.min(waitMs * 2, maxWaitMs)
    }
  }
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
