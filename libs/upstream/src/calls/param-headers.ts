import { isRecord } from '@mcp/protocol'

/**
 * Returns the headers `Mcp-Param-*` of a call. The revision 2026-07-28 requires them for the arguments
 * that the input schema of the tool marks with `x-mcp-header`, and servers compare them with the body.
 */
export function paramHeaders(
  inputSchema: unknown,
  args: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  collect(inputSchema, args, headers)
  return headers
}

function collect(schema: unknown, value: unknown, headers: Record<string, string>): void {
  if (!isRecord(schema)) return
  const { 'x-mcp-header': name, properties } = schema
  if (typeof name === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    const text = toText(value)
    if (text !== undefined) headers[`Mcp-Param-${name}`] = encode(text)
  }
  if (!isRecord(properties) || !isRecord(value)) return
  for (const [key, child] of Object.entries(properties)) collect(child, value[key], headers)
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
    ? String(value)
    : undefined
}

// Encodes a value that an HTTP field cannot contain, and a value that looks encoded, as the standard requires.
function encode(text: string): string {
  const isPlain = /^[\t\u0020-\u007e]+$/.test(text) && text === text.trim()
  if (isPlain && !/^=\?base64\?.*\?=$/.test(text)) return text
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCodePoint(byte))
  return `=?base64?${btoa(bytes.join(''))}?=`
}
