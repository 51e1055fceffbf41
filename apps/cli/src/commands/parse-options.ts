import { parseArgs } from 'node:util'

import { didYouMean, nearNames } from '@mcp/protocol/light'

/** A command line that is not valid. */
export interface InvalidOptions {
  readonly problem: string
}

/** Options that have a value, by name. */
export type OptionValues = Readonly<Record<string, string | undefined>>

export interface ParsedOptions {
  readonly values: OptionValues
  /** The options without a value that were given. */
  readonly flags: ReadonlySet<string>
  readonly words: readonly string[]
  /** `--help` or `--version`, if given. */
  readonly rest: readonly string[]
}

export interface AcceptedOptions {
  /** Options without a value. Default: none. */
  readonly flags?: readonly string[] | undefined
  /** Maximum number of words that belong to no option. Default: 0. */
  readonly maxWords?: number | undefined
}

/**
 * Parses options such as `--url <value>`. An option with a value may be given once; `--help` and `--version`
 * are returned in `rest`.
 */
export function parseOptions(
  parameters: readonly string[],
  names: readonly string[],
  { flags = [], maxWords = 0 }: AcceptedOptions = {},
): ParsedOptions | InvalidOptions {
  const option = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { tokens } = parseArgs({
    args: [...parameters],
    options: {
      ...Object.fromEntries(names.map((name) => [name, option])),
      ...Object.fromEntries(flags.map((name) => [name, flag])),
      help: { ...flag, short: 'h' },
      version: { ...flag, short: 'v' },
    },
    strict: false,
    tokens: true,
    allowPositionals: true,
  })
  const values: Record<string, string> = {}
  const present = new Set<string>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind !== 'option') {
      if (token.kind !== 'positional') continue
      if (words.length === maxWords) return { problem: `Unexpected argument "${token.value}".` }
      words.push(token.value)
      continue
    }
    const { name, rawName, value } = token
    if (name === 'help' || name === 'version') {
      return { values, flags: present, words, rest: [`--${name}`] }
    }
    if (flags.includes(name) && value === undefined) {
      present.add(name)
      continue
    }
    if (flags.includes(name)) return { problem: `"--${name}" has no value.` }
    if (!names.includes(name)) {
      const near = nearNames(name, [...names, ...flags]).map((each) => `--${each}`)
      return { problem: `Unknown option "${rawName}"${didYouMean(near)}` }
    }
    if (value === undefined || value === '') return { problem: `"--${name}" needs a value.` }
    if (values[name] !== undefined) return { problem: `"--${name}" is given twice.` }
    values[name] = value
  }
  return { values, flags: present, words, rest: [] }
}
