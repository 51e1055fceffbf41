import { isRecord } from '@mcp/protocol/light'
import type { Attachment } from '@mcp/protocol/rest'

import { sendCall } from '../calls/send-call.ts'
import { usageError } from '../output/exit-codes.ts'
import type { Connection } from '../remote/connection.ts'

/**
 * Reads attachments such as `@workspace:notes/todo.md`, `@notes/todo.md` in the first root, or
 * `@file:///notes.md`, a resource.
 */
export async function readAttachments(
  words: readonly string[],
  connection: Connection,
  signal: AbortSignal,
): Promise<Attachment[]> {
  if (words.length === 0) return []
  const names = words.map((word) => word.slice(1))
  if (names.includes('')) throw usageError('"@" names no attachment: use @path or @URI.')
  const needsRoots = names.some((name) => !isUri(name))
  const roots = needsRoots ? await listRoots(connection, signal) : []
  return names.map((name) => (isUri(name) ? readUri(name) : readPath(name, roots)))
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
}

function readUri(uri: string): Attachment {
  const [, root, path] = /^root:\/\/([^/]+)\/(.+)$/.exec(uri) ?? []
  return root === undefined || path === undefined ? { resource: uri } : { root, path }
}

function readPath(name: string, roots: readonly string[]): Attachment {
  const [first] = roots
  if (first === undefined) {
    throw usageError(`Cannot attach "${name}": the hub has no root. Set ROOTS to open a folder.`)
  }
  const root = roots.find((each) => name.startsWith(`${each}:`))
  return root === undefined
    ? { root: first, path: name }
    : { root, path: name.slice(root.length + 1) }
}

async function listRoots(connection: Connection, signal: AbortSignal): Promise<string[]> {
  const payload = { operation: 'listRoots', params: {} }
  const response = await sendCall(connection, 'root-operation', payload, signal)
  const result = response.status === 'success' ? response.result : undefined
  const items: unknown = isRecord(result) ? result['items'] : undefined
  if (!Array.isArray(items)) return []
  return items.flatMap((item: unknown) =>
    isRecord(item) && typeof item['name'] === 'string' ? [item['name']] : [],
  )
}
