import { callerAddress, unauthenticated } from '@mcp/http'
import type { Authenticate, Credentials, Principal } from '@mcp/http'
import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import type { Audit, AuditRefusal } from './audit.ts'

/** Records the callers that were refused because they have no valid credentials. */
export interface RefusalAudit {
  /** Returns a function that authenticates in the same way, and records each refusal. */
  watch(authenticate: Authenticate): Authenticate
  /** Records the refusals that were counted and not yet recorded. */
  close(): void
}

const intervalMs = 60_000
const maxAddresses = 20

/**
 * Creates the audit of refusals. Anyone can cause refusals, so a flood of them must not fill the disk: for
 * each address and reason, the first one is recorded at once, and the number of further ones once a minute.
 * Beyond 20 pairs of address and reason a minute, all other addresses are counted together.
 */
export function createRefusalAudit(audit: Audit, clock: Clock = systemClock): RefusalAudit {
  const counts = new Map<string, Pick<AuditRefusal, 'address' | 'reason'> & { count: number }>()
  let stopTimer: (() => void) | undefined

  function flush(): void {
    stopTimer = undefined
    const at = clock.now()
    for (const counted of counts.values()) if (counted.count > 0) audit.refuse({ at, ...counted })
    counts.clear()
  }

  function count(address: string, reason: AuditRefusal['reason']): void {
    const known = counts.get(`${reason} ${address}`)
    if (known !== undefined) {
      known.count++
      return
    }
    if (counts.size >= maxAddresses && address !== otherAddresses) {
      count(otherAddresses, reason)
      return
    }
    counts.set(`${reason} ${address}`, { address, reason, count: 0 })
    audit.refuse({ at: clock.now(), address, reason, count: 1 })
    stopTimer ??= clock.after(intervalMs, flush)
  }

  function refused(request: Credentials): void {
    const address = (request.peer && callerAddress(request.peer)) ?? 'local'
    const { details } = unauthenticated(request)
    count(address, details === undefined ? 'missing-token' : 'invalid-token')
  }

  return {
    watch: (authenticate) => (request, hostContext) => {
      const check = (principal: Principal | undefined): Principal | undefined => {
        if (principal === undefined) refused(request)
        return principal
      }
      const fail = (thrown: unknown): never => {
        if (McpError.is(thrown) && thrown.code === 'unauthenticated') refused(request)
        throw thrown
      }
      try {
        const result = authenticate(request, hostContext)
        return result instanceof Promise ? result.then(check, fail) : check(result)
      } catch (thrown) {
        return fail(thrown)
      }
    },
    close() {
      stopTimer?.()
      flush()
    },
  }
}

const otherAddresses = 'others'
