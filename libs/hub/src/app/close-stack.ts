import type { CloseOptions } from '@mcp/http'
import type { MaybePromise } from '@mcp/protocol'

/** The parts that a start has opened. */
export interface CloseStack {
  /** Adds the function that closes a part. */
  add(close: (options: CloseOptions | undefined) => MaybePromise<void>): void
  /** Closes the parts, the last one first. If some fail, closes the others and throws the first error. */
  close(options?: CloseOptions): Promise<void>
}

export function createCloseStack(): CloseStack {
  const parts: Parameters<CloseStack['add']>[0][] = []
  return {
    add: (close) => void parts.push(close),
    async close(options) {
      const errors: unknown[] = []
      for (const close of parts.splice(0).toReversed()) {
        try {
          await close(options)
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}
