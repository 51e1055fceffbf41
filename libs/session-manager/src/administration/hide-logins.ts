import type { ServerListing } from '@mcp/protocol'

/**
 * Removes the addresses of logins from a list of servers. A caller who opens such an address can bind the hub
 * to an account of their own, and then read what others send to the server.
 */
export function hideLogins(servers: readonly ServerListing[]): readonly ServerListing[] {
  return servers.map((server) => {
    const { connection } = server.health
    if (connection?.loginUrl === undefined) return server
    const { loginUrl: _loginUrl, ...shown } = connection
    return { ...server, health: { ...server.health, connection: shown } }
  })
}
