import { isRecord } from '@mcp/protocol/light'

import type { OperationParams } from '../../data/call-operation.ts'

/** Values of the placeholders of a statement. */
export type StatementParams = NonNullable<OperationParams<'database', 'query'>['params']>

const problem =
  'The parameters are a JSON array of texts, numbers, true, false, null or {"base64": "…"}, such as ["milk", 3].'

/** Reads the values of placeholders as the user writes them. An empty text is an empty list. */
export function readParams(
  text: string,
): { readonly params: StatementParams } | { readonly problem: string } {
  if (text.trim() === '') return { params: [] }
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value) && value.every(isParam)) return { params: value }
  } catch {
    // The problem below describes the valid form.
  }
  return { problem }
}

function isParam(value: unknown): value is StatementParams[number] {
  if (isRecord(value)) return Object.keys(value).length === 1 && typeof value['base64'] === 'string'
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
