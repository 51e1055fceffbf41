import type { Catalogue, ListedPrompt, ListedTool } from '../catalogue/catalogue.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { NamedItem } from '../names/name-items.ts'
import { nameItems } from '../names/name-items.ts'
import { findInvalidHeaderMark } from '../names/invalid-header-marks.ts'
import { createToolFilter } from '../names/tool-filter.ts'

/** The tools and prompts that are offered to clients, with their names for clients. */
export interface Published {
  readonly tools: readonly NamedItem<ListedTool>[]
  readonly prompts: readonly NamedItem<ListedPrompt>[]
  /** Messages for the operator, such as about ambiguous names. */
  readonly problems: readonly string[]
  /** Returns the offered tool with this name at the upstream server, or undefined. */
  tool(name: string): ListedTool | undefined
  /** Returns the prompt with this name for clients, or undefined. */
  prompt(publicName: string): ListedPrompt | undefined
}

/**
 * Returns the tools that the filter of an entry permits and that clients can call, and all prompts, with their
 * names for clients.
 */
export function publish(
  catalogue: Pick<Catalogue, 'tools' | 'prompts'> & { readonly era?: Catalogue['era'] },
  serverName: string,
  { hub: { prefix, allow, deny }, transport }: Pick<UpstreamEntry, 'hub' | 'transport'>,
): Published {
  const hasHeaders = catalogue.era === 'modern' && transport !== 'stdio'
  const { callable, excluded } = excludeInvalid(hasHeaders, catalogue.tools)
  const start = prefix ? `${serverName}_` : ''
  const permits = createToolFilter({ allow, deny })
  const named = nameItems(
    callable.filter(({ name }) => permits(name)),
    start,
  )
  const tools = named.items
  const prompts = nameItems(catalogue.prompts, start)
  const toolsByName = new Map(tools.map(({ item }) => [item.name, item]))
  const promptsByName = new Map(prompts.items.map(({ item, name }) => [name, item]))
  return {
    tools,
    prompts: prompts.items,
    problems: [...excluded, ...named.problems, ...prompts.problems],
    tool: (name) => toolsByName.get(name),
    prompt: (name) => promptsByName.get(name),
  }
}

/** Excludes the tools of a modern server over HTTP whose header marks are invalid: no client can call them. */
function excludeInvalid(hasHeaders: boolean, tools: readonly ListedTool[]) {
  const excluded: string[] = []
  const callable = tools.filter(({ name, inputSchema }) => {
    const reason = hasHeaders ? findInvalidHeaderMark(inputSchema) : undefined
    if (reason !== undefined) {
      excluded.push(`The tool "${name}" is not offered: its "x-mcp-header" is invalid, ${reason}.`)
    }
    return reason === undefined
  })
  return { callable, excluded }
}
