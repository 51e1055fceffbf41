import type { ToolOperation } from '@mcp/protocol'

import { calculator } from './calculator/calculator.ts'
import { dataTransformer } from './data-transformer/data-transformer.ts'
import type { SandboxedOperation } from './sandbox/sandboxed-operation.ts'
import { isSandboxed } from './sandbox/sandboxed-operation.ts'
import { textProcessor } from './text-processor/text-processor.ts'

/** The tools of every tools server. */
export const builtinTools = [calculator, textProcessor, dataTransformer] as const

/** Returns the operations that run in the sandbox, with their job names, such as `calculator.evaluate`. */
export function sandboxJobs(): Map<ToolOperation, { name: string; operation: SandboxedOperation }> {
  const jobs = new Map<ToolOperation, { name: string; operation: SandboxedOperation }>()
  for (const tool of builtinTools) {
    const operations: Record<string, ToolOperation> = tool.operations
    for (const [name, operation] of Object.entries(operations)) {
      if (isSandboxed(operation)) jobs.set(operation, { name: `${tool.name}.${name}`, operation })
    }
  }
  return jobs
}
