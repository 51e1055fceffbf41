import type { AgentTool } from './agent-tool.ts'
import { countTokens } from './count-tokens.ts'
import { serverOf } from './tool-name.ts'

/** The tools of all servers by name and title, for the instructions of the model. */
export interface ToolMap {
  readonly text: string
  /** Whether tools are missing in the text. */
  readonly isCut: boolean
}

const heading =
  'Tools by server, each with its title. A tool without a definition can be called after describe_tools.'

/**
 * Creates the map. If it exceeds `maxTokens` with titles, it has only names. If the names exceed the limit
 * too, all servers get the same maximum number of names, so that a large server does not displace the others.
 */
export function createToolMap(tools: readonly AgentTool[], maxTokens: number): ToolMap {
  const servers = Map.groupBy(tools, ({ operation }) => serverOf(operation))
  const full = write(servers, ({ name, title }) => `${name}: ${title}`)
  if (countTokens(full) <= maxTokens) return { text: full, isCut: false }
  const names = write(servers, ({ name }) => name)
  if (countTokens(names) <= maxTokens) return { text: names, isCut: false }

  let perServer = Math.max(...Array.from(servers.values(), (list) => list.length))
  let text = names
  while (perServer > 0 && countTokens(text) > maxTokens) {
    perServer = Math.floor(perServer * 0.8)
    text = write(servers, ({ name }) => name, perServer)
  }
  return { text: text.slice(0, maxTokens * 4), isCut: true }
}

function write(
  servers: ReadonlyMap<string, readonly AgentTool[]>,
  lineOf: (tool: AgentTool) => string,
  perServer = Number.POSITIVE_INFINITY,
): string {
  const parts = Array.from(servers, ([server, tools]) => {
    const omitted = tools.length - perServer
    const more = omitted > 0 ? [`and ${omitted} more: use search_tools`] : []
    return [`[${server}]`, ...tools.slice(0, perServer).map(lineOf), ...more].join('\n')
  })
  return [heading, ...parts].join('\n')
}
