import { McpError, parseJson } from '@mcp/protocol'

/**
 * Parses JSON. Integers that a number cannot represent become bigints; other numbers that are out of
 * range become strings. The message of an error starts with `subject`.
 */
export function readJson(subject: string, text: string): unknown {
  try {
    return parseJson(text, {
      convertInexact: (source) => (/^-?\d+$/.test(source) ? BigInt(source) : source),
    })
  } catch (thrown) {
    if (!McpError.is(thrown) || thrown.code !== 'parse-error') throw thrown
    const [position = ''] = / at character \d+/.exec(thrown.message) ?? []
    throw new McpError('parse-error', `${subject} is not valid JSON${position}`, { cause: thrown })
  }
}

declare global {
  // The type declarations of TypeScript do not contain this function of ECMAScript 2026 yet.
  interface JSON {
    rawJSON(text: string): unknown
  }
}

/** Writes plain data as JSON. Bigints become numbers with all digits. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? JSON.rawJSON(String(item)) : item,
  )
}
