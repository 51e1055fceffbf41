import { readFile } from 'node:fs/promises'

import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { parseTokens } from './parse-tokens.ts'

/** The callers of a file, which is read again when it changes. */
export interface TokenFile {
  /** Returns the id of the principal of a token. */
  find(token: string): string | undefined
  /** Stops reading the file. */
  close(): void
}

export interface TokenFileOptions {
  /** Receives one line for each change of the file. */
  readonly log: { info(message: string): void; warn(message: string): void }
  /** Time between two reads, in milliseconds. Default: 1 second. */
  readonly everyMs?: number | undefined
}

/**
 * Reads callers and their tokens from a file, with `name:token` in each line. Empty lines and those that
 * start with `#` are ignored. A file with a problem does not replace the tokens in use.
 *
 * @throws McpError `invalid-params` if the file cannot be read or is invalid at the start.
 */
export async function openTokenFile(
  path: string,
  { log, everyMs }: TokenFileOptions,
): Promise<TokenFile> {
  // Loaded on demand, because most installations have no such file.
  const { watchTextFile } = await import('@mcp/policy/node')
  const text = await readTokens(path)
  let tokens = parseTokenFile(text)
  const close = watchTextFile(path, text, {
    everyMs,
    onText(changed) {
      try {
        tokens = parseTokenFile(changed)
        log.info(`reloaded the tokens: ${tokens.size}`)
      } catch (thrown) {
        const { message } = McpError.from(thrown)
        log.warn(`the previous tokens remain in use: ${message}`)
      }
    },
    onMissing(error) {
      log.warn(
        `cannot read MCP_TOKENS_FILE, so the previous tokens remain in use: ${String(error)}`,
      )
    },
  })
  return { find: (token) => tokens.get(token), close }
}

const tokenLines = z
  .string()
  .transform((text) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .join(','),
  )
  .transform(parseTokens)

function parseTokenFile(text: string): ReadonlyMap<string, string> {
  const parsed = tokenLines.safeParse(text)
  if (parsed.success && Object.keys(parsed.data).length > 0)
    return new Map(Object.entries(parsed.data))
  const problem = parsed.error?.issues.map(({ message }) => message).join(', ') ?? 'has no tokens'
  throw new McpError('invalid-params', `Invalid MCP_TOKENS_FILE: it ${problem}.`)
}

async function readTokens(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new McpError('invalid-params', `Cannot read MCP_TOKENS_FILE: ${String(cause)}.`, {
      cause,
    })
  }
}
