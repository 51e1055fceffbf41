import { createCatalogue } from '@mcp/bridge'
import type { CatalogueOptions } from '@mcp/bridge'
import type { ServerDescription } from '@mcp/protocol'

/** Returns a line of the banner that names the servers whose tools `/mcp` does not list, if any. */
export function omittedTools(
  servers: readonly ServerDescription[],
  options: CatalogueOptions,
): string[] {
  const omitted = createCatalogue(servers, options).view('')?.omitted ?? []
  if (omitted.length === 0) return []
  return [
    `Not in /mcp        the tools of ${omitted.join(', ')}, because they exceed MCP_TOOL_BUDGET. search_tools finds them`,
  ]
}
