import { isRecord, McpError, parseJson } from '@mcp/protocol'
import type { PromptFormat } from '@mcp/contracts/prompts'
import { promptContentToWrite, promptName } from '@mcp/contracts/prompts'
import type { YAMLError } from 'yaml'
import { parseDocument } from 'yaml'
import * as z from 'zod'

import { parseDotprompt } from './dotprompt.ts'
import type { DecodedDocument } from './prompt-document.ts'

const documentSchema = promptContentToWrite().extend({
  name: promptName().optional(),
  message: z.string().max(500).optional(),
  createdAt: z.string().max(40).optional(),
})

/**
 * Parses a document. Missing fields get their defaults. Unknown fields are ignored with a warning.
 *
 * @throws McpError `invalid-params`, reason `document-syntax`.
 */
export function decodeDocument(format: PromptFormat, text: string): DecodedDocument {
  const value = parsers[format](text)
  if (!isRecord(value)) throw syntaxError('expected an object with messages')
  const parsed = documentSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw syntaxError(`${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'invalid'}`)
  }
  const { name, message, createdAt, ...content } = parsed.data
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(documentSchema.shape, key))
  const warnings = unknown
    .slice(0, 20)
    .map((key) => `the unknown field "${key.slice(0, 64)}" was ignored`)
  return { name, message, createdAt, content, warnings }
}

const parsers: Readonly<Record<PromptFormat, (text: string) => unknown>> = {
  yaml: parseYaml,
  dotprompt: parseDotpromptFile,
  json: parseJsonDocument,
}

function parseJsonDocument(text: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    throw syntaxError(McpError.from(cause).message, cause)
  }
}

function parseDotpromptFile(text: string): unknown {
  const { frontMatter, messages } = parseDotprompt(text)
  // The added line break takes the place of the first line, "---", so that errors have the line
  // numbers of the file.
  const metadata = parseYaml(`\n${frontMatter}`) ?? {}
  return isRecord(metadata) ? { ...metadata, messages } : metadata
}

function parseYaml(text: string): unknown {
  // Tags for dates, binary data and sets are not resolved, because JSON has no such values.
  const types = { schema: 'core', resolveKnownTags: false, merge: false } as const
  const document = parseDocument(text, { logLevel: 'error', ...types })
  // Warnings count as errors. Otherwise a value with an unknown tag, such as !include, would become
  // plain text.
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw syntaxError(describeYamlError(problem), problem)
  try {
    // Without `maxAliasCount`, the aliases in a small hostile text could expand to gigabytes.
    return parseJson(JSON.stringify(document.toJS({ maxAliasCount: 100 }), onlyFinite))
  } catch (cause) {
    throw syntaxError(describeError(cause), cause)
  }
}

function describeYamlError({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS')
    return 'it contains several YAML documents; a prompt is a single document'
  return firstLine(message)
}

function describeError(cause: unknown): string {
  if (!(cause instanceof Error)) return 'invalid YAML'
  return cause.message.includes('circular')
    ? 'an alias is inside the value that it refers to'
    : firstLine(cause.message)
}

function firstLine(message: string): string {
  return message.split('\n', 1).join('').slice(0, 200)
}

function onlyFinite(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw new TypeError(`"${key}" is not a finite number, which JSON does not support`)
}

function syntaxError(problem: string, cause?: unknown): McpError {
  return new McpError('invalid-params', `invalid document: ${problem}`, {
    details: { reason: 'document-syntax' },
    cause,
  })
}
