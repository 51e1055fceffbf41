import { isRecord } from '@mcp/protocol'
import type { JsonSchema, OperationDescription } from '@mcp/protocol'

/** The entry of a tool in `tools/list`. It may have further fields of the standard, such as `icons`. */
export interface ToolDefinition {
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: JsonSchema
  readonly outputSchema?: JsonSchema
  readonly annotations?: ToolAnnotations
  readonly _meta?: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/**
 * Annotations of a tool. {@link defineTool} sets all hints, because the standard's defaults are those of a
 * destructive tool. Only annotations in `operation.definition` may lack some.
 */
export interface ToolAnnotations {
  readonly title?: string
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

/**
 * Returns the definition of a tool. Fields of `operation.definition` replace the derived fields, except `name`.
 */
export function defineTool(
  operation: OperationDescription,
  name: string,
  inputSchema: JsonSchema,
): ToolDefinition {
  const { title, description, resultSchema, returnsContent, definition = {} } = operation
  const { inputSchema: ownSchema } = definition
  return {
    title,
    description,
    // `resultSchema` describes the whole result. An output schema describes only the structured content, which
    // is one part of a result with content blocks.
    ...(returnsContent === true ? {} : { outputSchema: resultSchema }),
    annotations: toAnnotations(operation),
    ...definition,
    // Clients call a tool by `name`, and the standard requires an object as the root of the input.
    name,
    inputSchema: isRecord(ownSchema) ? { ...ownSchema, type: 'object' } : inputSchema,
  }
}

function toAnnotations({ title, hints }: OperationDescription): ToolAnnotations {
  return {
    title,
    readOnlyHint: hints.readOnly,
    destructiveHint: hints.destructive,
    idempotentHint: hints.idempotent,
    openWorldHint: hints.openWorld,
  }
}
