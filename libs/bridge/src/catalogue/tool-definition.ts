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

/** All hints are present, because the standard's defaults are those of a destructive tool. */
export interface ToolAnnotations {
  readonly title?: string
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

/** Returns the definition of a tool. Fields of `operation.definition` replace the derived fields. */
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
    // The schema describes the whole result. Of a result of content blocks, structured content is only a part.
    ...(returnsContent === true ? {} : { outputSchema: resultSchema }),
    annotations: toAnnotations(operation),
    ...definition,
    // Clients find a tool by the name, and the standard requires an object as the root of the input.
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
