import { createLazy } from '@mcp/concurrency'

const unknownType = 'application/octet-stream'

/** Returns the media type for a file name. */
export type MediaTypes = (name: string) => string

/**
 * The types of source files by extension. The library `mime` has no type for these extensions, or the type
 * of another kind of file.
 */
const sourceTypes: Readonly<Record<string, string>> = {
  'text/typescript': 'ts mts cts',
  'text/tsx': 'tsx',
  'text/jsx': 'jsx',
  'text/x-python': 'py pyi pyw',
  'text/x-rust': 'rs',
  'text/x-go': 'go',
  'text/x-java': 'java',
  'text/x-kotlin': 'kt kts',
  'text/x-scala': 'scala sc',
  'text/x-groovy': 'groovy gradle',
  'text/x-clojure': 'clj cljs cljc edn',
  'text/x-ruby': 'rb',
  'text/x-php': 'php',
  'text/x-perl': 'pl pm',
  'text/x-lua': 'lua',
  'text/x-tcl': 'tcl',
  'text/x-r': 'r',
  'text/x-julia': 'jl',
  'text/x-c': 'c h',
  'text/x-c++': 'cc cpp cxx hh hpp hxx',
  'text/x-csharp': 'cs csx',
  'text/x-fsharp': 'fs fsx',
  'text/x-objectivec': 'm mm',
  'text/x-swift': 'swift',
  'text/x-dart': 'dart',
  'text/x-zig': 'zig',
  'text/x-haskell': 'hs',
  'text/x-ocaml': 'ml mli',
  'text/x-erlang': 'erl hrl',
  'text/x-elixir': 'ex exs',
  'text/x-lisp': 'lisp el scm',
  'text/x-asm': 's asm',
  'text/x-shellscript': 'sh bash zsh fish',
  'text/x-powershell': 'ps1 psm1',
  'text/x-bat': 'bat cmd',
  'text/x-vue': 'vue',
  'text/x-svelte': 'svelte',
  'text/x-scss': 'scss',
  'text/x-sass': 'sass',
  'text/x-less': 'less',
  'text/x-protobuf': 'proto',
  'text/x-graphql': 'graphql gql',
  'text/x-terraform': 'tf tfvars hcl',
  'text/x-nix': 'nix',
  'text/x-tex': 'tex sty',
  'text/x-rst': 'rst',
  'text/x-asciidoc': 'adoc asciidoc',
  'text/x-diff': 'diff patch',
  'text/x-cmake': 'cmake',
  'text/x-java-properties': 'properties',
  'text/x-sql': 'sql',
  'text/plain': 'txt text log cfg env lock gitignore gitattributes dockerignore npmrc editorconfig',
  'application/jsonl': 'jsonl',
  'application/x-ndjson': 'ndjson',
  'application/x-ipynb+json': 'ipynb',
  'application/json': 'jsonc',
}

const byExtension = new Map(
  Object.entries(sourceTypes).flatMap(([type, extensions]) =>
    extensions.split(' ').map((extension) => [extension, type] as const),
  ),
)

/** The types of files without an extension, by name in lower case. */
const byName = new Map([
  ['dockerfile', 'text/x-dockerfile'],
  ['containerfile', 'text/x-dockerfile'],
  ['makefile', 'text/x-makefile'],
  ['gemfile', 'text/x-ruby'],
  ['rakefile', 'text/x-ruby'],
  ...['license', 'readme', 'changelog', 'authors', 'notice', 'copying'].map(
    (name) => [name, 'text/plain'] as const,
  ),
])

function sourceType(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const dot = name.lastIndexOf('.')
  return dot === -1 ? byName.get(name) : byExtension.get(name.slice(dot + 1))
}

/** Loads the table of media types on first use. */
export const { get: loadMediaTypes } = createLazy(async (): Promise<MediaTypes> => {
  const { default: mime } = await import('mime')
  return (name) => sourceType(name) ?? mime.getType(name) ?? unknownType
})

/**
 * Returns whether a media type equals a type such as `text/markdown`, or is in a range such as `image/*`
 * or the range of all types. Ignores parameters.
 */
export function isMediaType(type: string, range: string): boolean {
  const plain = essence(type)
  const lower = essence(range)
  if (lower === '*/*') return true
  return lower.endsWith('/*') ? plain.startsWith(lower.slice(0, -1)) : plain === lower
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
