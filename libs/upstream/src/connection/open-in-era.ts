import type { OpenConnectionOptions } from './open-connection.ts'
import { isResponse } from './upstream-error.ts'

type KnownEra = Pick<OpenConnectionOptions, 'prior' | 'probedAt'>

/**
 * Opens a connection of the known era. If the server responds with an error, the era is probed again, because
 * another version may have replaced the server. A process that ends at the probe is started again as a legacy
 * server, because some SDKs exit at any request before `initialize`.
 */
export async function openInEra<Result>(
  { prior, entry, clock }: Pick<OpenConnectionOptions, 'prior' | 'entry' | 'clock'>,
  open: (known: KnownEra) => Promise<Result>,
): Promise<Result> {
  try {
    return await open({ prior })
  } catch (thrown) {
    if (prior !== undefined && isResponse(thrown)) return open({ prior: undefined })
    const isProbed = prior === undefined && entry.hub.era === 'match'
    if (!isProbed || entry.transport !== 'stdio' || !closedAtProbe(thrown)) throw thrown
    return open({ prior: { kind: 'legacy' }, probedAt: clock.now() })
  }
}

/**
 * Recognizes the error by its message, because the SDK has no code for a connection that closes during the
 * probe.
 */
function closedAtProbe(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (/connection closed during the .*probe/i.test(error.message)) return true
  }
  return false
}
