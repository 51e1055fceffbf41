// Control characters except tab, line separators and bidirectional overrides: a terminal may execute them, and
// a reader may take the text after them for another line.
const controls = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Returns the text with its control characters as `\u001b`, for a terminal or a JSON string. */
export function escapeControls(text: string): string {
  return text.replace(controls, escapeControl)
}

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
