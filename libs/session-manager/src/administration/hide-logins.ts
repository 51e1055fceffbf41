import type { ServerListing } from '@mcp/protocol'

/**
 * Removes the addresses of logins from a list of servers. With such an address, a caller could connect the hub
 * to the caller's own account, and then read what others send to the server.
 */
export function hideLogins(servers: readonly ServerListing[]): readonly ServerListing[] {
  return servers.map((server) => {
    const { connection } = server.health
    if (connection?.loginUrl === undefined) return server
    const { loginUrl: _loginUrl, ...shown } = connection
    return { ...server, health: { ...server.health, connection: shown } }
  })
}
