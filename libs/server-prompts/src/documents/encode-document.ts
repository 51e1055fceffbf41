import type { PromptContent, PromptFormat } from '@mcp/contracts/prompts'
import { Document, visit } from 'yaml'

import { joinDotprompt } from './dotprompt.ts'
import type { PromptDocument } from './prompt-document.ts'

/** Writes a prompt as a document. `decodeDocument` reads the same again. */
export function encodeDocument(format: PromptFormat, document: PromptDocument): string {
  const { name, message, createdAt, content } = document
  const { messages, ...facts } = content
  const all = { name, ...facts, arguments: facts.arguments.map(shortArgument), message, createdAt }
  // Without what is empty: a person reads this, and reading fills it in again.
  const written = Object.fromEntries(Object.entries(all).filter(([, value]) => !isEmpty(value)))
  if (format === 'dotprompt') return joinDotprompt({ frontMatter: toYaml(written), messages })
  const whole = { ...written, messages }
  return format === 'yaml' ? toYaml(whole) : `${JSON.stringify(whole, undefined, 2)}\n`
}

function shortArgument({ name, description, required, schema, completions }: Argument): object {
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
  // No aliases: what a person edits in one place must not change in another.
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar(_key, node) {
      // As a block, a text that begins with blank lines would lose the spaces in them.
      if (typeof node.value === 'string' && /^\s+\n/.test(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString({ lineWidth: 0 })
}
