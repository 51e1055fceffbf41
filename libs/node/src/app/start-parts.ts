import type { CloseOptions } from '@mcp/http'
import type { MaybePromise } from '@mcp/protocol'

import { logFailures } from '../logging/log-failures.ts'
import type { Logger } from '../logging/logger.ts'

/** The parts of a program that have started. */
export interface StartedParts {
  /** Adds the function that closes a part. */
  add(close: (options: CloseOptions | undefined) => MaybePromise<void>): void
}

/** A program whose parts have started. */
export interface ClosableParts {
  /** Closes the parts, the last one first. If some fail, closes the others and throws the first error. */
  readonly close: (options?: CloseOptions) => Promise<void>
}

/**
 * Starts a program of several parts, and returns the result of `start` with a function that closes them. If
 * `start` fails, closes the parts that it has added and throws its error.
 *
 * @example
 * startParts(log, async (parts) => {
 *   const stores = await openStores(place, config)
 *   parts.add(() => stores.close())
 *   const { url, close } = await listen({ service, port: config.PORT })
 *   parts.add(close)
 *   return { banner: [url] }
 * })
 */
export async function startParts<Started extends object>(
  log: Logger,
  start: (parts: StartedParts) => Promise<Started>,
): Promise<Started & ClosableParts> {
  const closers: Parameters<StartedParts['add']>[0][] = []

  async function close(options?: CloseOptions): Promise<void> {
    const errors: unknown[] = []
    for (const closePart of closers.splice(0).toReversed()) {
      try {
        await closePart(options)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }

  try {
    const started = await start({ add: (closePart) => void closers.push(closePart) })
    return { ...started, close }
  } catch (error) {
    await close().catch(logFailures(log))
    throw error
  }
}
