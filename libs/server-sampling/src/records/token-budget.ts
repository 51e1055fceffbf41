import { McpError } from '@mcp/protocol'

/** Token budget of one session. */
export interface TokenBudget {
  /** Throws the same errors as {@link TokenBudget.reserve}, without reserving tokens. */
  check(needed: number): void
  /**
   * Reserves tokens for a call and returns a function that replaces the reservation with the actual
   * usage.
   *
   * @throws McpError, reason `token-budget`: `rate-limited` if the tokens fit into the budget once the
   * open calls release their reservations, otherwise `forbidden`.
   */
  reserve(needed: number): (spent: number) => void
  used(): number
}

/** Creates a budget of `limit` tokens. */
export function createTokenBudget(limit: number): TokenBudget {
  let used = 0
  let reserved = 0

  function check(needed: number): void {
    if (used + reserved + needed <= limit) return
    const details = { reason: 'token-budget', limit, used, reserved, needed }
    const need = `The request needs up to ${needed} tokens (estimated input plus maxTokens)`
    if (used + needed <= limit) {
      const message = `${need}, but open calls reserve ${reserved} of the session's ${limit}. Retry when they have finished.`
      throw new McpError('rate-limited', message, { details: { ...details, retryAfterMs: 1000 } })
    }
    const message = `${need}, but only ${limit - used} of the session's ${limit} remain. Reduce maxTokens or open a new session.`
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
