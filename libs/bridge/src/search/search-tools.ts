import { createToolSearch } from '@mcp/llm'
import type { ModelTool } from '@mcp/llm'
import { nearNames } from '@mcp/protocol'

import type { Tool } from '../catalogue/tool.ts'
import type { ToolDefinition } from '../catalogue/tool-definition.ts'

export interface FoundTool {
  readonly name: string
  readonly title: string
  readonly description: string
}

type Search = (query: string, limit?: number) => readonly ModelTool[]

/**
 * The searches by their lists of tools. They are cached, because the index of 122 tools takes about 10 ms to
 * create.
 */
const searches = new WeakMap<readonly Tool[], Search>()

/** Returns the tools that match a query, the best match first. `tools` is the property `findable` of a view. */
export function searchTools(tools: readonly Tool[], query: string, limit?: number): FoundTool[] {
  const search = searches.get(tools) ?? createToolSearch(tools.map(toModelTool))
  searches.set(tools, search)
  return search(query, limit).map(({ name, title = name, description }) => ({
    name,
    title,
    description,
  }))
}

function toModelTool({ definition, operation }: Tool): ModelTool {
  const { name, title, description, inputSchema } = definition
  const examples = operation.examples
    .filter(({ requires }) => requires === undefined)
    .map(({ title, params }) => ({ title, arguments: params }))
  return { name, title, description, parameters: inputSchema, examples }
}

export interface ToolDetails {
  readonly tools: readonly ToolDefinition[]
  /** Names that no tool has, each with similar names. */
  readonly unknown: readonly { readonly name: string; readonly near: readonly string[] }[]
}

/** Returns the definitions of tools by name. `tools` is the property `findable` of a view. */
export function toolDetails(tools: readonly Tool[], names: readonly string[]): ToolDetails {
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  const unique = [...new Set(names)]
  return {
    tools: unique.flatMap((name) => byName.get(name)?.definition ?? []),
    unknown: unique
      .filter((name) => !byName.has(name))
      .map((name) => ({ name, near: nearNames(name, byName.keys()) })),
  }
}
