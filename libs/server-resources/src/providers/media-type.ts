const unknownType = 'application/octet-stream'

/** Media types by the names of files. */
export type MediaTypes = (name: string) => string

let loading: Promise<MediaTypes> | undefined

/** Loads the table of media types, once. */
export function loadMediaTypes(): Promise<MediaTypes> {
  loading ??= import('mime').then(
    ({ default: mime }) =>
      (name) =>
        mime.getType(name) ?? unknownType,
  )
  return loading
}

/** Whether a type fits `text/markdown`, or a whole kind such as `image/*`. Parameters do not count. */
export function isMediaType(type: string, wanted: string): boolean {
  const plain = essence(type)
  const lower = wanted.toLowerCase()
  return lower.endsWith('/*') ? plain.startsWith(lower.slice(0, -1)) : plain === essence(lower)
}

/** Whether a type is text; nothing where the type does not say. */
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
