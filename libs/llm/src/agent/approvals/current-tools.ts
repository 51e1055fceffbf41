import type { ReadCatalogue } from '../agent-options.ts'
import type { AgentTool } from '../tools/agent-tool.ts'
import { createAgentTool } from '../tools/agent-tool.ts'
import type { CatalogueOperation } from '../tools/tool-name.ts'
import { changesSince, digestOf } from './grant.ts'
import { operationName } from './operation-pattern.ts'

/** A tool as its server describes it now. */
export interface CurrentTool {
  readonly tool: AgentTool
  /** Changes of the operation since the start of the run, if there are any. */
  readonly changes?: readonly string[] | undefined
}

/** Returns a tool as its server describes it now, or undefined if the operation no longer exists. */
export type FindCurrentTool = (tool: AgentTool) => Promise<CurrentTool | undefined>

/** Creates the function that compares tools with the current catalogue. */
export function createCurrentTools(
  readCatalogue: ReadCatalogue | undefined,
  signal: AbortSignal,
): FindCurrentTool {
  if (readCatalogue === undefined) return (tool) => Promise.resolve({ tool })
  return async (tool) => {
    const { operation: before } = tool
    const catalogue = await readCatalogue(signal)
    const now = catalogue.find((each) => each === before || isSame(each, before))
    if (now === undefined) return undefined
    if (now === before || (await digestOf(now)) === (await digestOf(before))) return { tool }
    return { tool: createAgentTool(now, tool.name), changes: changesSince(before, now) }
  }
}

function isSame(left: CatalogueOperation, right: CatalogueOperation): boolean {
  return (
    left.type === right.type &&
    left.operation === right.operation &&
    operationName(left) === operationName(right)
  )
}
