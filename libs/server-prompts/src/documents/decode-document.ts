import { isRecord, McpError, parseJson } from '@mcp/protocol'
import type { PromptFormat } from '@mcp/contracts/prompts'
import { promptContentToWrite, promptName } from '@mcp/contracts/prompts'
import type { YAMLError } from 'yaml'
import { parseDocument } from 'yaml'
import * as z from 'zod'

import { splitDotprompt } from './dotprompt.ts'
import type { ReadDocument } from './prompt-document.ts'

const documentSchema = promptContentToWrite().extend({
  name: promptName().optional(),
  message: z.string().max(500).optional(),
  createdAt: z.string().max(40).optional(),
})

/**
 * Reads a prompt from a document. What is left out is filled in, and what is not known is left out.
 *
 * @throws McpError `invalid-params`, reason `document-syntax`, where it cannot be read.
 */
export function decodeDocument(format: PromptFormat, text: string): ReadDocument {
  const value = readers[format](text)
  if (!isRecord(value)) throw syntaxError('it is no object with messages')
  const parsed = documentSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw syntaxError(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is wrong'}`)
  }
  const { name, message, createdAt, ...content } = parsed.data
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(documentSchema.shape, key))
  const warnings = unknown
    .slice(0, 20)
    .map((key) => `"${key.slice(0, 64)}" is not known here and was left out`)
  return { name, message, createdAt, content, warnings }
}

const readers: Readonly<Record<PromptFormat, (text: string) => unknown>> = {
  yaml: readYaml,
  dotprompt: readDotprompt,
  json: readJson,
}

function readJson(text: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    throw syntaxError(McpError.from(cause).message, cause)
  }
}

function readDotprompt(text: string): unknown {
  const { frontMatter, messages } = splitDotprompt(text)
  // In the place of the line of dashes, so that the lines of errors are those of the file.
  const facts = readYaml(`\n${frontMatter}`) ?? {}
  return isRecord(facts) ? { ...facts, messages } : facts
}

function readYaml(text: string): unknown {
  // Whatever the text asks for: neither dates nor bytes nor sets, which JSON and so nobody else could read.
  const types = { schema: 'core', resolveKnownTags: false, merge: false } as const
  const document = parseDocument(text, { logLevel: 'error', ...types })
  // What is only warned of, an unknown tag such as !include, would otherwise be taken for plain text.
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw syntaxError(describeYaml(problem), problem)
  try {
    // Aliases may multiply a small text into gigabytes.
    return parseJson(JSON.stringify(document.toJS({ maxAliasCount: 100 }), onlyFinite))
  } catch (cause) {
    throw syntaxError(describeValue(cause), cause)
  }
}

function describeYaml({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'it holds several documents; a prompt is one'
  return firstLine(message)
}

function describeValue(cause: unknown): string {
  if (!(cause instanceof Error)) return 'it is wrong'
  return cause.message.includes('circular')
    ? 'an alias stands within what it names'
    : firstLine(cause.message)
}

function firstLine(message: string): string {
  return message.split('\n', 1).join('').slice(0, 200)
}

function onlyFinite(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw new TypeError(`"${key}" is a number without end, which JSON does not know`)
}

function syntaxError(why: string, cause?: unknown): McpError {
  return new McpError('invalid-params', `the document cannot be read: ${why}`, {
    details: { reason: 'document-syntax' },
    cause,
  })
}
