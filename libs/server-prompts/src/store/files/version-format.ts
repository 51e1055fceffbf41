import { McpError } from '@mcp/protocol'

import type { PromptSandbox } from '../../sandbox/prompt-sandbox.ts'
import { createPromptSandbox } from '../../sandbox/prompt-sandbox.ts'
import type { PromptVersion } from '../prompt-store.ts'

/** Maximum size of a version's file, in bytes. */
export const maxVersionBytes = 512 * 1024

/** Maximum length of the front matter, in characters. */
const maxFrontMatter = 64 * 1024

// Limits of a file that is parsed on the event loop. Larger files are parsed in a worker process. In the
// worst case, YAML takes quadratic time to parse, and deep nesting takes longer. 2 Ki characters take
// some milliseconds, and almost all front matter is shorter.
const maxInlineFrontMatter = 2 * 1024
const maxInlineBrackets = 100
const maxInlineText = 128 * 1024

/** Encodes and decodes version files. Long front matter is processed in a worker process. */
export interface VersionFormat {
  /** @throws McpError `payload-too-large` if the version is too large to be decoded again. */
  encode(version: PromptVersion): Promise<string>
  /** @throws McpError `conflict`, reason `version-unreadable`, if the text is invalid. */
  decode(text: string, label: string): Promise<PromptVersion>
  /** Stops the worker process, if it runs. The next large file starts another worker process. */
  close(): Promise<void>
}

/** Creates a format. The first file loads the libraries, and the first large file starts the worker. */
export function createVersionFormat(): VersionFormat {
  let started: PromptSandbox | undefined
  // The queue is long, because listing prompts queues a job for each large file.
  const sandbox = () =>
    (started ??= createPromptSandbox({
      maxConcurrent: 1,
      maxQueued: 10_000,
      maxQueuedPerCaller: 10_000,
    }))

  async function write(document: PromptVersion): Promise<string> {
    const { messages: _messages, ...metadata } = document.content
    const format = 'dotprompt'
    if (JSON.stringify(metadata).length > maxInlineFrontMatter)
      return sandbox().encode({ format, document })
    const { encodeDocument } = await import('../../documents/encode-document.ts')
    return encodeDocument(format, document)
  }

  async function read(text: string) {
    const format = 'dotprompt'
    if (!isSmall(text)) return sandbox().decode({ format, text })
    const { decodeDocument } = await import('../../documents/decode-document.ts')
    return decodeDocument(format, text)
  }

  return {
    async encode(version) {
      const text = await write(version)
      const isTooLong =
        Buffer.byteLength(text) > maxVersionBytes || frontMatterLength(text) > maxFrontMatter
      if (!isTooLong) return text
      throw new McpError(
        'payload-too-large',
        `A version file is limited to ${maxVersionBytes} bytes, and its front matter to ${maxFrontMatter} characters.`,
      )
    },
    async decode(text, label) {
      if (frontMatterLength(text) > maxFrontMatter) {
        throw unreadable(label, `its front matter is longer than ${maxFrontMatter} characters`)
      }
      try {
        const { content, message = '', createdAt } = await read(text)
        return { content, message, createdAt }
      } catch (thrown) {
        const error = McpError.from(thrown)
        // A failure of the sandbox does not mean that the file is invalid.
        if (error.code === 'unavailable' || error.code === 'internal') throw error
        throw unreadable(label, error.message, thrown)
      }
    },
    async close() {
      const closing = started
      started = undefined
      await closing?.close()
    },
  }
}

/** Returns the error for a version that exists but cannot be used. */
export function unreadable(label: string, problem: string, cause?: unknown): McpError {
  return new McpError('conflict', `${label} cannot be used: ${problem}`, {
    details: { reason: 'version-unreadable' },
    cause,
  })
}

function isSmall(text: string): boolean {
  const length = frontMatterLength(text)
  if (length > maxInlineFrontMatter || text.length > maxInlineText) return false
  const brackets = text.slice(0, length).match(/[[{]/g)?.length ?? 0
  return brackets <= maxInlineBrackets
}

/**
 * Returns the length of the front matter, 0 if there is none, or the length of the file if the front
 * matter is not closed.
 */
function frontMatterLength(text: string): number {
  if (!/^\uFEFF?---\r?\n/.test(text)) return 0
  const end = /\n---\r?\n/.exec(text)?.index
  return end ?? text.length
}
