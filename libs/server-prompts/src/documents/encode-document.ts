import type { PromptContent, PromptFormat } from '@mcp/contracts/prompts'
import { Document, visit } from 'yaml'

import { formatDotprompt } from './dotprompt.ts'
import type { PromptDocument } from './prompt-document.ts'

/** Formats a prompt as a document. `decodeDocument` returns the same prompt. */
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

/** Omits the fields of an argument that have their default. */
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
  // Aliases are not used, because an edit in one place must not change another.
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar(_key, node) {
      // A block scalar that starts with blank lines would lose the spaces of these lines.
      if (typeof node.value === 'string' && /^\s+\n/.test(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  // Lines are not folded: a double-quoted string on several lines would be parsed with an extra
  // backslash.
  return document.toString({
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  })
}
