import { McpError } from '@mcp/protocol'

import { parseConfig } from '../config/parse-config.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { KeptServers } from './kept-servers.ts'

/**
 * Parses the entries that operators have added. They cannot use variables, because an operator could send
 * any variable of this process to a server.
 *
 * @throws McpError `invalid-params`.
 */
export function parseKeptServers(servers: KeptServers): readonly UpstreamEntry[] {
  const text = JSON.stringify({ mcpServers: servers })
  return parseConfig(text, { file: 'of operators', variables: {} }).entries
}

/**
 * Parses an entry that an operator adds, and checks whether it may be added.
 *
 * @throws McpError `invalid-params`, or `forbidden` for a command that is not allowed.
 */
export function parseAddedServer(
  name: string,
  definition: Readonly<Record<string, unknown>>,
  { allowCommands }: { readonly allowCommands: boolean },
): UpstreamEntry {
  const [entry] = parseKeptServers({ [name]: definition })
  if (entry?.name !== name) {
    throw new McpError(
      'invalid-params',
      'Invalid server: use letters, digits, "-" and "_" in its name, and do not disable it.',
    )
  }
  if (entry.transport === 'stdio' && !allowCommands) {
    throw new McpError(
      'forbidden',
      'Servers that run a command cannot be added. Set MCP_ALLOW_COMMANDS=true, or write the server into the MCP configuration file.',
      { details: { reason: 'commands-not-allowed' } },
    )
  }
  return entry
}
