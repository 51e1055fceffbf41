import type { ResponseEnvelope } from '@mcp/protocol'
import { createResponse, isRecord, McpError } from '@mcp/protocol'

/** Returns whether the caller may use an operation of a tool. */
export type IsUsable = (tool: string, operation: string) => boolean

/**
 * Removes the operations that a caller may not use from the result of `tools.list` or `tools.describe`. Returns
 * an error if a described tool has no usable operation, or if the server has stored the list.
 */
export function filterTools(response: ResponseEnvelope, isUsable: IsUsable): ResponseEnvelope {
  if (response.status === 'error') return response
  const { result } = response.data
  if (!isRecord(result)) return tooLarge(response)
  const { items } = result
  if (Array.isArray(items)) {
    const usable = items.filter(isRecord).flatMap((tool) => filterTool(tool, isUsable) ?? [])
    return { ...response, data: { ...response.data, result: { ...result, items: usable } } }
  }
  const filtered = filterTool(result, isUsable)
  if (filtered === undefined) return notFound(response, String(result['name']))
  return { ...response, data: { ...response.data, result: filtered } }
}

/** Returns a tool with its usable operations, or undefined if it has none. */
function filterTool(
  tool: Readonly<Record<string, unknown>>,
  isUsable: IsUsable,
): Readonly<Record<string, unknown>> | undefined {
  const { name, operations } = tool
  if (typeof name !== 'string' || !Array.isArray(operations)) return undefined
  const usable = operations.filter((each) => {
    const operation: unknown = isRecord(each) ? each['operation'] : each
    return typeof operation === 'string' && isUsable(name, operation)
  })
  return usable.length === 0 ? undefined : { ...tool, operations: usable }
}

function notFound({ id }: ResponseEnvelope, name: string): ResponseEnvelope {
  return createResponse(id, 'error', new McpError('not-found', `No tool is named "${name}".`))
}

/**
 * Creates the error for a list that its server has stored, because the list was too large. The reference to the
 * list is not returned, because the caller could read the unfiltered list with `readResult`.
 */
function tooLarge({ id }: ResponseEnvelope): ResponseEnvelope {
  return createResponse(
    id,
    'error',
    new McpError('payload-too-large', 'The list of tools is too large. Request a smaller page.'),
  )
}
