import type { MaybePromise } from '@mcp/protocol'

/** Port: what operators can do with the servers behind the dispatcher. */
export interface ServerAdministration {
  /**
   * Adds a server.
   *
   * @param definition - The value of an entry in an MCP configuration file, such as `{ url }`.
   * @throws McpError `conflict` if the name is taken, `invalid-params`, or `forbidden`.
   */
  add(name: string, definition: Readonly<Record<string, unknown>>): MaybePromise<void>
  /**
   * Removes a server.
   *
   * @throws McpError `not-found`, or `conflict` for a server that only its configuration file can remove.
   */
  remove(name: string): MaybePromise<void>
  /**
   * Closes the connections of a server. The next call opens a new one.
   *
   * @throws McpError `not-found`.
   */
  restart(name: string): MaybePromise<void>
  /** Starts the login at a server. Returns the address at which the user completes it, if any. */
  authorize?(name: string, caller: AdministrationCaller): MaybePromise<{ readonly url?: string }>
  /**
   * Approves tools whose definitions have changed, so that they are offered again.
   *
   * @param tools - Names of the tools. Undefined: all changed tools of the server.
   */
  approve?(name: string, tools: readonly string[] | undefined): MaybePromise<void>
}

/** The operator who requests a change. */
export interface AdministrationCaller {
  /** Undefined without authentication. */
  readonly principal: string | undefined
}
