/** Kinds of text that are drawn differently. */
export type TextKind = 'markdown' | 'diff' | 'json' | 'text'

/**
 * Returns the kind of a text by its media type, or by its content if the media type does not determine it.
 * HTML is always text, because no content is ever drawn as HTML.
 */
export function textKind(text: string, mediaType = ''): TextKind {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'text/markdown') return 'markdown'
  if (type === 'text/x-diff' || type === 'text/x-patch') return 'diff'
  if (type === 'application/json' || type.endsWith('+json')) return 'json'
  // `internet.fetch` returns a web page as Markdown by default, with the media type of the page.
  if (type === 'text/html') return /^\s*</.test(text) ? 'text' : 'markdown'
  if (type !== '' && type !== 'text/plain') return 'text'
  if (isDiff(text)) return 'diff'
  if (isJson(text)) return 'json'
  return type === '' && isMarkdown(text) ? 'markdown' : 'text'
}

/** Whether a text is a unified diff. */
export function isDiff(text: string): boolean {
  return /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/m.test(text.slice(0, 16_384))
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text) || text.length > 4 * 1024 * 1024) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const markdownMarks = [
  /^#{1,6} \S/m,
  /^```/m,
  /^\s*[-*] \S.*\n\s*[-*] \S/m,
  /^\s*1\. \S.*\n\s*2\. \S/m,
  /\[[^\]\n]+\]\([^)\n]+\)/,
  /\*\*[^*\n]+\*\*/,
  /^\|.+\|\n\|[\s:|-]+\|$/m,
]

/** Whether a text has at least two marks of Markdown. A single mark is too often accidental. */
function isMarkdown(text: string): boolean {
  const start = text.slice(0, 16_384)
  return markdownMarks.filter((mark) => mark.test(start)).length >= 2
}

/** Returns the file extension of a path in lower case, such as `md`. */
function extensionOf(path: string): string {
  return /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
}

const mediaTypes: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  diff: 'text/x-diff',
  patch: 'text/x-patch',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
}

/** Returns the media type of a path by its extension, or `text/plain`. */
export function mediaTypeOf(path: string): string {
  return mediaTypes[extensionOf(path)] ?? 'text/plain'
}

const imageTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** Whether an image of this media type is drawn. SVG is not, because it is a document with scripts. */
export function isImageType(mediaType: string): boolean {
  return imageTypes.has(mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '')
}
