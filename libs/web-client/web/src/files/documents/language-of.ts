import type { CodeLanguage } from '../../editor/languages.ts'

/** Returns the language in which a text is written, for its colours. */
export function languageOf(mediaType: string, name: string): CodeLanguage {
  const type = mediaType.split(';', 1)[0] ?? ''
  if (type === 'application/json' || type.endsWith('+json')) return 'json'
  if (type === 'text/markdown') return 'markdown'
  return type.includes('sql') || name.endsWith('.sql') ? 'sql' : 'text'
}
