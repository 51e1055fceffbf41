import type { MenuEntry } from './menu-entries.ts'

/** A form that runs exactly as the user writes it, without a language model. */
export type FormEntry = Extract<MenuEntry, { readonly kind: 'form' }>

/** The direct forms with their arguments. */
export const directForms: readonly FormEntry[] = [
  {
    kind: 'form',
    label: 'sql',
    description: 'Run an SQL statement',
    arguments: [required('statement', 'Such as select count(*) from notes.')],
    format: ({ statement = '' }) => `/${statement}`,
  },
  {
    kind: 'form',
    label: 'calculate',
    description: 'Evaluate an expression',
    arguments: [required('expression', 'Such as (2 + 3) * sqrt(2).')],
    format: ({ expression = '' }) => `/${expression}`,
  },
  {
    kind: 'form',
    label: 'fetch',
    description: 'Fetch a web page',
    arguments: [required('address', 'Begins with https:// or http://.')],
    format: ({ address = '' }) => `/fetch ${address}`,
  },
  {
    kind: 'form',
    label: 'ls',
    description: 'List a folder',
    arguments: [optional('folder', 'Default: the first root.')],
    format: ({ folder = '' }) => command('ls', folder),
  },
  {
    kind: 'form',
    label: 'cat',
    description: 'Read a file',
    arguments: [required('path', 'In the first root, or after its name: workspace:notes/a.md.')],
    format: ({ path = '' }) => command('cat', path),
  },
  {
    kind: 'form',
    label: 'find',
    description: 'Find files by name',
    arguments: [required('glob', 'Such as **/*.md.')],
    format: ({ glob = '' }) => command('find . -name', glob),
  },
  {
    kind: 'form',
    label: 'grep',
    description: 'Find text in files',
    arguments: [
      required('text', 'The text to find.'),
      optional('folder', 'Default: the first root.'),
    ],
    format: ({ text = '', folder = '' }) =>
      command('grep', text, folder === '' || folder.includes('/') ? folder : `${folder}/`),
  },
]

function required(name: string, description: string) {
  return { name, description, required: true }
}

function optional(name: string, description: string) {
  return { name, description, required: false }
}

function command(name: string, ...args: readonly string[]): string {
  return [`/${name}`, ...args.filter((arg) => arg !== '').map(quote)].join(' ')
}

/** Quotes a word, unless none of its characters has a special meaning in a direct form. */
function quote(word: string): string {
  return /^[\w./:@~][\w./:@~-]*$/.test(word)
    ? word
    : `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
