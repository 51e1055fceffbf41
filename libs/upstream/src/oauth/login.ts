import type { DocumentStore } from '@mcp/files'
import type { Clock } from '@mcp/protocol'
import type { AuthProvider } from '@modelcontextprotocol/client'

import type { HttpEntry, SseEntry } from '../entry/upstream-entry.ts'
import type { PendingLogin } from './credentials.ts'
import type { FetchResponse } from './login-fetch.ts'

export interface UpstreamLoginOptions {
  readonly entry: HttpEntry | SseEntry
  /** Stores the credentials, by the names of the servers. */
  readonly credentials: DocumentStore
  /**
   * Sends the requests to authorization servers. The upstream server chooses their addresses, so the function
   * must refuse private ones.
   */
  readonly fetch: FetchResponse
  /** Address of the callback. If it is undefined, no user can complete a login here. */
  readonly redirectUrl: string | undefined
  /** Address of the client metadata document. Default: the hub registers itself. */
  readonly clientMetadataUrl?: string | undefined
  readonly clock: Clock
}

/** The login of the hub at one upstream server over HTTP, by OAuth. */
export interface UpstreamLogin {
  /** Adds the access token to the requests of a transport, and renews it. */
  readonly authProvider: AuthProvider
  /** Returns a `fetch` for the transport, which reports requests that need more permissions. */
  watch(fetchResponse: FetchResponse): FetchResponse
  /**
   * Starts a new login. If a user has to complete the login, returns the address for that.
   *
   * @throws McpError `conflict` if a user has to complete the login and there is no address of the callback, or
   * the error of the authorization server.
   */
  start(): Promise<{ readonly url?: string }>
  /**
   * Completes a login with the query of the callback. Returns false if the query belongs to another login.
   *
   * @throws McpError if the authorization server refused the login, or if it failed.
   */
  complete(query: URLSearchParams): Promise<boolean>
  /** Returns the login that a user has to complete, if any. */
  pending(): PendingLogin | undefined
  /** Sets the listener, which is called when a login starts, completes or becomes unnecessary. */
  onChange(listener: () => void): void
}
