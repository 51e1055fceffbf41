import { didYouMean, nearNames } from '@mcp/protocol'

import type { ModelTool } from '../../providers/model-provider.ts'
import { createToolSearch } from './tool-search.ts'

/** A tool that finds other tools. It is offered if the map of tools is incomplete. */
export const searchTool: ModelTool = {
  name: 'search_tools',
  description:
    'Searches tools by keywords. Returns their names and descriptions. Use describe_tools to make them callable.',
  parameters: {
    type: 'object',
    properties: {
      query: { type: 'string', description: 'Keywords, such as "read a file".' },
      limit: { type: 'integer', minimum: 1, maximum: 50, default: 10 },
    },
    required: ['query'],
  },
}

/** A tool that describes tools of the map. */
export const describeTool: ModelTool = {
  name: 'describe_tools',
  description: 'Returns the definitions of tools by their names, and makes the tools callable.',
  parameters: {
    type: 'object',
    properties: { names: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 20 } },
    required: ['names'],
  },
}

/** A tool that reads the rest of a long result. */
export const readMoreTool: ModelTool = {
  name: 'read_more',
  description: 'Reads a further part of a long result.',
  parameters: {
    type: 'object',
    properties: {
      ref: { type: 'string', description: 'The reference in the result.' },
      offset: { type: 'integer', minimum: 0 },
    },
    required: ['ref', 'offset'],
  },
}

export interface FoundTool {
  readonly name: string
  readonly description: string
}

/** Returns the tools that match a query. The best match is first. */
export function searchTools(tools: readonly ModelTool[], query: string, limit = 10): FoundTool[] {
  return createToolSearch(tools)(query, limit).map(({ name, description }) => ({
    name,
    description,
  }))
}

export interface DescribedTools<Tool> {
  readonly found: readonly Tool[]
  /** One message per unknown name. */
  readonly unknown: readonly string[]
}

/** Returns the tools with these names, and a message for each unknown name. */
export function describeTools<Tool extends ModelTool>(
  tools: readonly Tool[],
  names: readonly string[],
): DescribedTools<Tool> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  return {
    found: names.flatMap((name) => byName.get(name) ?? []),
    unknown: names.filter((name) => !byName.has(name)).map((name) => unknownTool(name, byName)),
  }
}

/** Returns the message that reports an unknown name. */
export function unknownTool(name: string, tools: ReadonlyMap<string, ModelTool>): string {
  return `No tool is named "${name}"${didYouMean(nearNames(name, tools.keys()))}`
}
