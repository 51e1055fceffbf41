import { McpError } from '@mcp/protocol'

/** The tokens one session may use. */
export interface TokenBudget {
  /** @throws McpError As {@link TokenBudget.reserve} does. */
  check(needed: number): void
  /**
   * Sets tokens aside for a call, and gives the function that books what it really took.
   *
   * @throws McpError `forbidden` where they are more than is left, `rate-limited` where only calls
   * that are still open stand in the way; both with reason `token-budget`.
   */
  reserve(needed: number): (spent: number) => void
  used(): number
}

/** A ledger with that many tokens in it. */
export function createTokenBudget(limit: number): TokenBudget {
  let used = 0
  let reserved = 0

  function check(needed: number): void {
    if (used + reserved + needed <= limit) return
    const details = { reason: 'token-budget', limit, used, reserved, needed }
    const need = `This needs up to ${needed} tokens (the estimated input, and maxTokens)`
    if (used + needed <= limit) {
      const message = `${need}, and calls that are still open hold ${reserved} of the session's ${limit}. Try again when they are done.`
      throw new McpError('rate-limited', message, { details: { ...details, retryAfterMs: 1000 } })
    }
    const message = `${need}, and ${limit - used} of the session's ${limit} are left. Ask for fewer, or in a new session.`
    throw new McpError('forbidden', message, { details })
  }

  return {
    check,
    reserve(needed) {
      check(needed)
      reserved += needed
      let isOpen = true
      return (spent) => {
        if (!isOpen) return
        isOpen = false
        reserved -= needed
        used += spent
      }
    },
    used: () => used,
  }
}
