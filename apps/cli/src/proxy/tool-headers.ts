import { isRecord } from '@mcp/protocol'

import type { RpcRequest } from './envelope.ts'
import { encodeHeaderValue } from './standard-headers.ts'

/** Headers `Mcp-Param-*`, which repeat the arguments that a tool marks with `x-mcp-header`. */
export interface ToolHeaders {
  /** Learns the marks from a result of `tools/list`. */
  learn(result: unknown): void
  /** Returns the headers of a call. There are none if the tool has not been listed. */
  of(request: RpcRequest): Record<string, string>
}

interface Mark {
  readonly path: readonly string[]
  readonly header: string
}

const headerToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const maxDepth = 32

export function createToolHeaders(): ToolHeaders {
  const marksOf = new Map<string, readonly Mark[]>()

  return {
    learn(result) {
      const tools = isRecord(result) ? result['tools'] : undefined
      for (const tool of Array.isArray(tools) ? tools : []) {
        if (!isRecord(tool) || typeof tool['name'] !== 'string') continue
        const marks = findMarks(tool['inputSchema'])
        if (marks.length === 0) marksOf.delete(tool['name'])
        else marksOf.set(tool['name'], marks)
      }
    },
    of({ method, params }) {
      const { name, arguments: values } = params
      const marks = method === 'tools/call' && typeof name === 'string' ? marksOf.get(name) : []
      const headers: Record<string, string> = {}
      for (const { path, header } of marks ?? []) {
        const text = toText(valueAt(values, path))
        if (text !== undefined) headers[`mcp-param-${header}`] = encodeHeaderValue(text)
      }
      return headers
    },
  }
}

/** Finds the marked properties. The standard allows them in nested `properties` only. */
function findMarks(schema: unknown, path: readonly string[] = []): Mark[] {
  if (!isRecord(schema) || path.length > maxDepth) return []
  const header = schema['x-mcp-header']
  const isMarked = path.length > 0 && typeof header === 'string' && headerToken.test(header)
  const { properties } = schema
  const nested = Object.entries(isRecord(properties) ? properties : {})
  return [
    ...(isMarked ? [{ path, header }] : []),
    ...nested.flatMap(([key, property]) => findMarks(property, [...path, key])),
  ]
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const key of path) current = isRecord(current) ? current[key] : undefined
  return current
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  return typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)
    ? String(value)
    : undefined
}
