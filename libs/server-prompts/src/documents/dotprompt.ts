import { McpError } from '@mcp/protocol'
import type { PromptMessage } from '@mcp/contracts/prompts'

/** A file as people write it: facts in YAML between two lines of dashes, and the messages below. */
export interface DotpromptParts {
  /** YAML; empty where there is none. */
  readonly frontMatter: string
  readonly messages: readonly PromptMessage[]
}

const roleLine = /^\{\{\s*role\s+"(system|user|assistant|model)"\s*\}\}\s*$/
// What looks like such a line and is text has a backslash in front.
const looksLikeRole = /^\\*\{\{\s*role\b/

/** Joins the parts to a file. `splitDotprompt` gives the same parts again. */
export function joinDotprompt({ frontMatter, messages }: DotpromptParts): string {
  const body = messages.map(({ role, content }) => {
    const lines = content.split('\n').map((line) => (looksLikeRole.test(line) ? `\\${line}` : line))
    return `{{role "${role}"}}\n${lines.join('\n')}`
  })
  return `---\n${frontMatter}---\n${body.join('\n\n')}\n`
}

/**
 * Takes a file apart. A body without a line such as `{{role "user"}}` is one message of the user.
 *
 * @throws McpError `invalid-params`, reason `document-syntax`, where the file is not of this form.
 */
export function splitDotprompt(file: string): DotpromptParts {
  const [frontMatter, body] = splitFrontMatter(withUnixLines(file))
  const lines = body.split('\n')
  const starts = lines.flatMap((line, index) => (isRole(line, index) ? [index] : []))
  const preamble = lines.slice(0, starts[0] ?? lines.length)

  const messages = starts.map((start, index): PromptMessage => {
    const next = starts[index + 1]
    const content = lines.slice(start + 1, next)
    // The blank line before the next role, and the line break at the end, are no part of the text.
    if (content.at(-1) === '') content.pop()
    return { role: roleOf(lines[start] ?? ''), content: content.map(unescapeLine).join('\n') }
  })
  if (preamble.every((line) => line.trim() === '') && messages.length > 0) {
    return { frontMatter, messages }
  }
  if (preamble.at(-1) === '') preamble.pop()
  const first: PromptMessage = { role: 'user', content: preamble.map(unescapeLine).join('\n') }
  return { frontMatter, messages: [first, ...messages] }
}

/** A file that was saved on Windows, or by Git for it, says the same. */
export function withUnixLines(file: string): string {
  const text = file.startsWith('\uFEFF') ? file.slice(1) : file
  return /^[^\n]*\r\n/.test(text) ? text.replaceAll('\r\n', '\n') : text
}

function splitFrontMatter(file: string): [string, string] {
  if (!file.startsWith('---\n')) return ['', file]
  const end = file.indexOf('\n---\n', 3)
  if (end === -1) {
    throw syntaxError('the facts at its top have no end: a line of three dashes has to follow them')
  }
  return [file.slice(4, end + 1), file.slice(end + 5)]
}

function isRole(line: string, index: number): boolean {
  if (!/^\{\{\s*role\b/.test(line)) return false
  if (roleLine.test(line)) return true
  throw syntaxError(
    `line ${index + 1} below its facts names no role; write {{role "system"}}, {{role "user"}} or {{role "assistant"}} alone on a line, or a backslash in front where it is text`,
  )
}

function roleOf(line: string): PromptMessage['role'] {
  const role = roleLine.exec(line)?.[1]
  // What dotprompt calls the one who answers.
  if (role === 'model' || role === 'assistant') return 'assistant'
  return role === 'system' ? 'system' : 'user'
}

function unescapeLine(line: string): string {
  return line.startsWith('\\') && looksLikeRole.test(line) ? line.slice(1) : line
}

function syntaxError(why: string): McpError {
  return new McpError('invalid-params', `the file cannot be read: ${why}`, {
    details: { reason: 'document-syntax' },
  })
}
