import type { OperationDescription } from '@mcp/protocol'

const charactersPerToken = 4

/** Returns the approximate number of tokens of the definition of an operation in the input of a model. */
export function toolCost({
  operation,
  description,
  paramsSchema,
}: Pick<OperationDescription, 'operation' | 'description' | 'paramsSchema'>): number {
  const text = operation + description + JSON.stringify(paramsSchema)
  return Math.ceil(text.length / charactersPerToken)
}
