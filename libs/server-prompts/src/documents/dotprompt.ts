import { McpError } from '@mcp/protocol'
import type { PromptMessage } from '@mcp/contracts/prompts'

/** The parts of a dotprompt file. YAML front matter between two lines `---` precedes the messages. */
export interface DotpromptParts {
  /** YAML text without the lines `---`. Empty if the file has no front matter. */
  readonly frontMatter: string
  readonly messages: readonly PromptMessage[]
}

const roleLine = /^\{\{\s*role\s+"(system|user|assistant|model)"\s*\}\}\s*$/
// Matches a line of text that looks like a role line. Formatting escapes such a line with a backslash.
const roleLikeLine = /^\\*\{\{\s*role\b/

/** Formats a dotprompt file. {@link parseDotprompt} of the result returns the same parts. */
export function formatDotprompt({ frontMatter, messages }: DotpromptParts): string {
  const body = messages.map(({ role, content }) => {
    const lines = content.split('\n').map((line) => (roleLikeLine.test(line) ? `\\${line}` : line))
    return `{{role "${role}"}}\n${lines.join('\n')}`
  })
  return `---\n${frontMatter}---\n${body.join('\n\n')}\n`
}

/**
 * Parses a dotprompt file. Text before the first line such as `{{role "user"}}` is a message of the user.
 *
 * @throws McpError `invalid-params`, reason `document-syntax`.
 */
export function parseDotprompt(file: string): DotpromptParts {
  const [frontMatter, body] = splitFrontMatter(normalizeLineBreaks(file))
  const lines = body.split('\n')
  const starts = lines.flatMap((line, index) => (isRole(line, index) ? [index] : []))
  const preamble = lines.slice(0, starts[0] ?? lines.length)

  const messages = starts.map((start, index): PromptMessage => {
    const next = starts[index + 1]
    const content = lines.slice(start + 1, next)
    // The blank line before the next role line and the final line break do not belong to the message.
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

/**
 * Removes a byte order mark, and converts Windows line breaks if the first line ends with one. Editors
 * and Git may add both.
 */
export function normalizeLineBreaks(file: string): string {
  const text = file.startsWith('\uFEFF') ? file.slice(1) : file
  return /^[^\n]*\r\n/.test(text) ? text.replaceAll('\r\n', '\n') : text
}

function splitFrontMatter(file: string): [string, string] {
  if (!file.startsWith('---\n')) return ['', file]
  const end = file.indexOf('\n---\n', 3)
  if (end === -1) {
    throw syntaxError('the front matter is not closed by a line of three dashes')
  }
  return [file.slice(4, end + 1), file.slice(end + 5)]
}

function isRole(line: string, index: number): boolean {
  if (!/^\{\{\s*role\b/.test(line)) return false
  if (roleLine.test(line)) return true
  throw syntaxError(
    `line ${index + 1} below the front matter has no valid role; write {{role "system"}}, {{role "user"}} or {{role "assistant"}} alone on a line, or escape text with a leading backslash`,
  )
}

function roleOf(line: string): PromptMessage['role'] {
  const role = roleLine.exec(line)?.[1]
  // Dotprompt calls the assistant "model".
  if (role === 'model' || role === 'assistant') return 'assistant'
  return role === 'system' ? 'system' : 'user'
}

function unescapeLine(line: string): string {
  return line.startsWith('\\') && roleLikeLine.test(line) ? line.slice(1) : line
}

function syntaxError(problem: string): McpError {
  return new McpError('invalid-params', `invalid file: ${problem}`, {
    details: { reason: 'document-syntax' },
  })
}
