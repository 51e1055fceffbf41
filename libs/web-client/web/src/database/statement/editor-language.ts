import type { CodeLanguage } from '../../editor/languages.ts'
import type { CodeDiagnostic } from '../../editor/text-editor.ts'

/** Returns the language of the editor for a dialect of the database server. */
export function editorLanguage(dialect: string): CodeLanguage {
  return dialect === 'postgresql' || dialect === 'mysql' || dialect === 'sqlite' ? dialect : 'sql'
}

/** Returns a diagnostic for the word at a position. */
export function wordAt(text: string, from: number, message: string): CodeDiagnostic[] {
  const { length } = /^\w*/.exec(text.slice(from))?.[0] ?? ''
  return [{ from, to: from + Math.max(1, length), severity: 'error', message }]
}
