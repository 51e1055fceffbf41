import type { Service } from '@mcp/http'

/** A further service within the session manager, such as `/mcp`. */
export interface Mount {
  /** Paths of the service. The service also receives the requests for all paths below them. */
  readonly paths: readonly string[]
  /**
   * The service. It authenticates its callers itself, for example with `SessionManager.identify`. The
   * session manager closes it.
   */
  readonly service: Service
}
