// Matches control characters (except tabs), line separators and bidirectional overrides. A terminal may
// execute them, and the text after them may look like another log entry.
const controls = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Escapes these characters (example: `\u001b`). The result is safe in a terminal or a JSON string. */
export function escapeControls(text: string): string {
  return text.replace(controls, escapeControl)
}

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
