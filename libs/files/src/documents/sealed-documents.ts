import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

import { McpError, parseJson } from '@mcp/protocol'

import type { DocumentStore } from './document-store.ts'

const cipher = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/**
 * Seals the documents of a store by AES-GCM with a key that is derived from a secret. A sealed document can
 * neither be read nor changed without the secret, nor be moved to another name.
 *
 * `read` and `change` throw `unavailable` with the reason `sealed` for a document that this secret cannot open,
 * because another secret has sealed it, or because it was changed or is not sealed.
 *
 * @example
 * const credentials = createSealedDocuments(documents, config.MCP_SECRET)
 */
export function createSealedDocuments(store: DocumentStore, secret: string): DocumentStore {
  const key = createHash('sha256').update(`mcp-documents:${secret}`).digest()

  function seal(name: string, document: unknown): string {
    const iv = randomBytes(ivBytes)
    const sealing = createCipheriv(cipher, key, iv).setAAD(Buffer.from(name))
    const sealed = [sealing.update(JSON.stringify(document), 'utf8'), sealing.final()]
    return Buffer.concat([iv, sealing.getAuthTag(), ...sealed]).toString('base64')
  }

  function open(name: string, sealed: unknown): unknown {
    if (sealed === undefined) return undefined
    try {
      const bytes = Buffer.from(typeof sealed === 'string' ? sealed : '', 'base64')
      const opening = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      })
      opening.setAAD(Buffer.from(name))
      opening.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
      const opened = [opening.update(bytes.subarray(ivBytes + tagBytes)), opening.final()]
      return parseJson(Buffer.concat(opened).toString('utf8'))
    } catch (cause) {
      throw new McpError(
        'unavailable',
        `The stored document "${name}" cannot be opened: it was sealed with another secret, was changed, or is not sealed. Set the former MCP_SECRET, or delete the document.`,
        { retryable: false, details: { reason: 'sealed', name }, cause },
      )
    }
  }

  return {
    read: async (name) => open(name, await store.read(name)),
    change: (name, edit) =>
      store.change(name, (current) => {
        const next = edit(open(name, current))
        return next === undefined ? undefined : seal(name, next)
      }),
    exclusively: (name, task) => store.exclusively(name, task),
  }
}
