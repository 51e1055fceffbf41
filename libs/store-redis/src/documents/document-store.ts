import { randomUUID } from 'node:crypto'

import { createKeyedLock } from '@mcp/concurrency'
import type { DocumentStore } from '@mcp/files'
import type { Clock } from '@mcp/protocol'
import { McpError, parseJson } from '@mcp/protocol'

import type { Connection } from '../connection.ts'
import { listOf } from '../results.ts'
import { changeDocument } from '../scripts/document-scripts.ts'
import { holdLease } from './lease.ts'

export interface RedisDocumentsOptions {
  readonly connection: Connection
  /** Prefix of all keys. */
  readonly prefix: string
  /** Time after which the task of a process that has ended no longer blocks others, in milliseconds. */
  readonly leaseMs: number
  readonly clock: Clock
}

/**
 * Maximum number of attempts to change a document. An attempt fails if another process changed it meanwhile.
 */
const maxAttempts = 100

/**
 * Creates the documents that processes share. A change is written only if the document is unchanged since it
 * was read.
 */
export function createRedisDocuments(options: RedisDocumentsOptions): DocumentStore {
  const { connection, prefix } = options
  // The changes and tasks of this process need not compete in Redis.
  const changes = createKeyedLock()
  const tasks = createKeyedLock()
  const keyOf = (name: string): string => `${prefix}document:${name}`

  async function read(name: string): Promise<{ version: string; document: unknown }> {
    const found = await connection.call('HMGET', keyOf(name), 'version', 'text')
    const [version, text] = listOf(found)
    if (typeof version !== 'string') return { version: '', document: undefined }
    return { version, document: parseJson(String(text)) }
  }

  async function change(name: string, edit: (current: unknown) => unknown): Promise<void> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const { version, document } = await read(name)
      const next = edit(document)
      const written = next === undefined ? [] : [randomUUID(), JSON.stringify(next)]
      if ((await connection.run(changeDocument, [keyOf(name)], [version, ...written])) === 1) return
    }
    throw new McpError(
      'unavailable',
      `${maxAttempts} attempts to change the document "${name}" failed, because other processes changed it at the same time. Retry later.`,
    )
  }

  return {
    read: async (name) => (await read(name)).document,
    change: (name, edit) => changes.run([name], () => change(name, edit)),
    exclusively: (name, task) =>
      tasks.run([name], () => holdLease(`${prefix}document-task:${name}`, task, options)),
  }
}
