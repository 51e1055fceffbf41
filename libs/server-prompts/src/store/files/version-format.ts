import { McpError } from '@mcp/protocol'

import type { PromptSandbox } from '../../sandbox/prompt-sandbox.ts'
import { createPromptSandbox } from '../../sandbox/prompt-sandbox.ts'
import type { PromptVersion } from '../prompt-store.ts'

/** The largest file of a version, in bytes. */
export const mostVersionBytes = 512 * 1024

/** The most YAML at the top of a file, in characters. */
const mostFacts = 64 * 1024

// YAML takes the square of its length at worst, and longer the deeper it nests; 2 Ki characters take some
// milliseconds. Nearly every prompt has less: the others are worth a worker process.
const quickFacts = 2 * 1024
const quickBrackets = 100
const quickText = 128 * 1024

/** Makes files of versions, and versions of files. Only what is quickly done is done on the event loop. */
export interface VersionFormat {
  /** @throws McpError `payload-too-large` where it could not be read again. */
  encode(version: PromptVersion): Promise<string>
  /** @throws McpError `conflict`, reason `version-unreadable`, where the text is not of its form. */
  decode(text: string, what: string): Promise<PromptVersion>
  /** Ends the worker process, if there is one; the next text that needs one starts another. */
  close(): Promise<void>
}

/** Creates a format. Neither a library nor a worker process is loaded before there is a need. */
export function createVersionFormat(): VersionFormat {
  let started: PromptSandbox | undefined
  // Many wait where a long list is read, and none of them holds more than one file.
  const evaluator = () => (started ??= createPromptSandbox({ maxConcurrent: 1, maxQueued: 10_000 }))

  async function write(document: PromptVersion): Promise<string> {
    const { messages: _messages, ...facts } = document.content
    const format = 'dotprompt'
    if (JSON.stringify(facts).length > quickFacts) return evaluator().encode({ format, document })
    const { encodeDocument } = await import('../../documents/encode-document.ts')
    return encodeDocument(format, document)
  }

  async function read(text: string) {
    const format = 'dotprompt'
    if (!isQuick(text)) return evaluator().decode({ format, text })
    const { decodeDocument } = await import('../../documents/decode-document.ts')
    return decodeDocument(format, text)
  }

  return {
    async encode(version) {
      const text = await write(version)
      const isTooLong =
        Buffer.byteLength(text) > mostVersionBytes || lengthOfFacts(text) > mostFacts
      if (!isTooLong) return text
      throw new McpError(
        'payload-too-large',
        `A version may have ${mostVersionBytes} bytes as a file, and ${mostFacts} characters of it besides the messages.`,
      )
    },
    async decode(text, what) {
      if (lengthOfFacts(text) > mostFacts) {
        throw unreadable(what, `the facts at its top are longer than ${mostFacts} characters`)
      }
      try {
        const { content, message = '', createdAt } = await read(text)
        return { content, message, createdAt }
      } catch (thrown) {
        const error = McpError.from(thrown)
        // That nobody has time to read it says nothing about the file.
        if (error.code === 'unavailable' || error.code === 'internal') throw error
        throw unreadable(what, error.message, thrown)
      }
    },
    async close() {
      const closing = started
      started = undefined
      await closing?.close()
    },
  }
}

/** The error for a version that is there and cannot be used. */
export function unreadable(what: string, why: string, cause?: unknown): McpError {
  return new McpError('conflict', `${what} cannot be used: ${why}`, {
    details: { reason: 'version-unreadable' },
    cause,
  })
}

function isQuick(text: string): boolean {
  const length = lengthOfFacts(text)
  if (length > quickFacts || text.length > quickText) return false
  const brackets = text.slice(0, length).match(/[[{]/g)?.length ?? 0
  return brackets <= quickBrackets
}

/** How much of a file is YAML; all of it, where the YAML never ends. */
function lengthOfFacts(text: string): number {
  if (!/^\uFEFF?---\r?\n/.test(text)) return 0
  const end = /\n---\r?\n/.exec(text)?.index
  return end ?? text.length
}
