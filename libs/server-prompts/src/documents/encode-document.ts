import type { PromptContent, PromptFormat } from '@mcp/contracts/prompts'
import { Document, visit } from 'yaml'

import { formatDotprompt } from './dotprompt.ts'
import type { PromptDocument } from './prompt-document.ts'

/** Formats a prompt as a document. `decodeDocument` of the result returns the same prompt. */
export function encodeDocument(format: PromptFormat, document: PromptDocument): string {
  const { name, message, createdAt, content } = document
  const { messages, ...metadata } = content
  const shortArguments = metadata.arguments.map(shortenArgument)
  const all = { name, ...metadata, arguments: shortArguments, message, createdAt }
  // Empty fields are omitted for readability; decoding restores them.
  const nonEmpty = Object.fromEntries(Object.entries(all).filter(([, value]) => !isEmpty(value)))
  if (format === 'dotprompt') return formatDotprompt({ frontMatter: toYaml(nonEmpty), messages })
  const whole = { ...nonEmpty, messages }
  return format === 'yaml' ? toYaml(whole) : `${JSON.stringify(whole, undefined, 2)}\n`
}

/** Returns an argument without the fields that have their default. */
function shortenArgument({ name, description, required, schema, completions }: Argument): object {
  const isPlainText = JSON.stringify(schema) === '{"type":"string"}'
  return {
    name,
    ...(description === '' ? {} : { description }),
    ...(required ? { required } : {}),
    ...(isPlainText ? {} : { schema }),
    ...(completions.length === 0 ? {} : { completions }),
  }
}

type Argument = PromptContent['arguments'][number]

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

function toYaml(value: object): string {
  // A repeated object is written out instead of as a YAML alias. A user who edits one place in the file
  // then changes no other place.
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar(_key, node) {
      // If a text starts with blank lines, a block scalar would lose the spaces of these lines.
      if (typeof node.value === 'string' && /^\s+\n/.test(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  // Lines are not folded. If a double-quoted string were folded, it would be parsed with an extra
  // backslash.
  return document.toString({
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  })
}
