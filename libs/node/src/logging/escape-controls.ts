// Matches control characters (except tabs), line separators and bidirectional controls. A terminal may
// execute control characters. The text after these characters may look like another log entry.
const controls = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Escapes control characters, line separators and bidirectional controls, for example as `\u001b`. The result
 * is safe in a terminal or a JSON string.
 */
export function escapeControls(text: string): string {
  return text.replace(controls, escapeControl)
}

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
