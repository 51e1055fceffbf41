import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

import { McpError } from '@mcp/protocol'

import type { PromptVersion } from '../prompt-store.ts'
import { hasCode } from './has-code.ts'

/** The largest file of a version, in bytes. */
const mostBytes = 512 * 1024

/** The most YAML at the top of a file, in characters: it is read on the event loop. */
const mostFacts = 64 * 1024

/** What a file holds, and a mark that changes whenever it does. */
export interface FileText {
  readonly mark: string
  /** Reads it; only where the mark is a new one is there a need to. */
  readonly read: () => Promise<string>
}

/**
 * Opens the file of a version for `use`, or says that there is none.
 *
 * @throws McpError `conflict`, reason `version-unreadable`, where it is no file or too large.
 */
export async function useFile<Result>(
  path: string,
  what: string,
  use: (file: FileText) => Promise<Result>,
): Promise<Result | undefined> {
  // Without waiting: opening a pipe that nobody writes to would otherwise never end.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (thrown: unknown) => {
      if (hasCode(thrown, 'ENOENT', 'ENOTDIR')) return undefined
      throw thrown
    },
  )
  if (handle === undefined) return undefined
  try {
    const facts = await handle.stat({ bigint: true })
    if (!facts.isFile()) throw unreadable(what, 'it is no file')
    if (facts.size > mostBytes) throw unreadable(what, `it is larger than ${mostBytes} bytes`)
    const { ino, size, mtimeNs, ctimeNs } = facts
    return await use({
      mark: [ino, size, mtimeNs, ctimeNs].join(' '),
      read: () => handle.readFile('utf8'),
    })
  } finally {
    await handle.close()
  }
}

/**
 * Writes a version as a file.
 *
 * @throws McpError `payload-too-large` where it could not be read again.
 */
export async function encodeVersion(version: PromptVersion): Promise<string> {
  const { encodeDocument } = await import('../document/encode-document.ts')
  const text = encodeDocument('dotprompt', version)
  const isTooLong = Buffer.byteLength(text) > mostBytes || text.indexOf('\n---', 3) > mostFacts
  if (!isTooLong) return text
  throw new McpError(
    'payload-too-large',
    `A version may have ${mostBytes} bytes as a file, and ${mostFacts} characters of it besides the messages.`,
  )
}

/** @throws McpError `conflict`, reason `version-unreadable`, where the file is not of its form. */
export async function decodeVersion(text: string, what: string): Promise<PromptVersion> {
  if (text.indexOf('\n---', 3) > mostFacts)
    throw unreadable(what, 'the facts at its top are too long')
  const { decodeDocument } = await import('../document/decode-document.ts')
  try {
    const { content, message = '', createdAt } = decodeDocument('dotprompt', text)
    return { content, message, createdAt }
  } catch (thrown) {
    throw unreadable(what, McpError.from(thrown).message, thrown)
  }
}

function unreadable(what: string, why: string, cause?: unknown): McpError {
  return new McpError('conflict', `${what} cannot be used: ${why}`, {
    details: { reason: 'version-unreadable' },
    cause,
  })
}
