import type { ConnectionStatus } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

import type { ListedTool } from '../catalogue/catalogue.ts'

/** The fields of a tool that a model reads, or that decide how a call is checked and approved. */
const fields = ['title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const

/** The values of the pinned fields, each as JSON with sorted keys. */
export type ToolDefinition = Readonly<Record<string, string>>

/** A tool whose definition has changed. */
export type ChangedTool = NonNullable<ConnectionStatus['changedTools']>[number]

/** One field of a definition that differs from the approved one. */
export interface FieldDifference {
  readonly field: string
  /** Approved value as JSON, or undefined if the field was absent. */
  readonly before?: string
  /** Current value as JSON, or undefined if the field is absent. */
  readonly after?: string
}

/** Returns the definition of a tool, which does not depend on the order of keys. */
export function definitionOf(tool: ListedTool): ToolDefinition {
  const definition: Record<string, string> = {}
  for (const field of fields) {
    const value = tool[field]
    if (value !== undefined) definition[field] = JSON.stringify(sortKeys(value))
  }
  return definition
}

export function differencesOf(before: ToolDefinition, after: ToolDefinition): FieldDifference[] {
  const differences: FieldDifference[] = []
  for (const field of fields) {
    const [old, current] = [before[field], after[field]]
    if (old === current) continue
    differences.push({
      field,
      ...(old === undefined ? {} : { before: old }),
      ...(current === undefined ? {} : { after: current }),
    })
  }
  return differences
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (!isRecord(value)) return value
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]))
}
