const unknownType = 'application/octet-stream'

/** Returns the media type for a file name. */
export type MediaTypes = (name: string) => string

let loading: Promise<MediaTypes> | undefined

/** Loads the table of media types on first use. */
export function loadMediaTypes(): Promise<MediaTypes> {
  loading ??= import('mime').then(
    ({ default: mime }) =>
      (name) =>
        mime.getType(name) ?? unknownType,
  )
  return loading
}

/**
 * Returns whether a media type equals a type such as `text/markdown`, or is in a range such as `image/*`.
 * Ignores parameters.
 */
export function isMediaType(type: string, range: string): boolean {
  const plain = essence(type)
  const lower = range.toLowerCase()
  return lower.endsWith('/*') ? plain.startsWith(lower.slice(0, -1)) : plain === essence(lower)
}

/** Returns whether a media type is text, or undefined if the type does not determine this. */
export function isTextType(type: string): boolean | undefined {
  const plain = essence(type)
  if (plain === '' || plain === unknownType) return undefined
  if (plain.startsWith('text/') || /[/+](?:json|xml|yaml|toml)$/.test(plain)) return true
  return /^(?:image|audio|video|font|model)\//.test(plain) ? false : textual.has(plain) || undefined
}

const textual: ReadonlySet<string> = new Set([
  'application/javascript',
  'application/json5',
  'application/jsonl',
  'application/ld+json',
  'application/sql',
  'application/typescript',
  'application/x-ndjson',
  'application/x-sh',
  'application/x-yaml',
])

const essence = (type: string): string => type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
