import { parseArgs } from 'node:util'

import { didYouMean, nearNames } from '@mcp/protocol'

/** A command line that is not valid. */
export interface InvalidOptions {
  readonly problem: string
}

/** Options that have a value, by name. */
export type OptionValues = Readonly<Record<string, string | undefined>>

/**
 * Parses options such as `--url <value>`. Every name may be given once; `--help` and `--version` are
 * returned in `rest`.
 */
export function parseOptions(
  parameters: readonly string[],
  names: readonly string[],
): { readonly values: OptionValues; readonly rest: readonly string[] } | InvalidOptions {
  const option = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { tokens } = parseArgs({
    args: [...parameters],
    options: {
      ...Object.fromEntries(names.map((name) => [name, option])),
      help: { ...flag, short: 'h' },
      version: { ...flag, short: 'v' },
    },
    strict: false,
    tokens: true,
    allowPositionals: true,
  })
  const values: Record<string, string> = {}
  for (const token of tokens) {
    if (token.kind !== 'option') {
      if (token.kind === 'positional') return { problem: `Unexpected argument "${token.value}".` }
      continue
    }
    const { name, rawName, value } = token
    if (name === 'help' || name === 'version') return { values, rest: [`--${name}`] }
    if (!names.includes(name)) {
      const near = nearNames(name, names).map((each) => `--${each}`)
      return { problem: `Unknown option "${rawName}"${didYouMean(near)}` }
    }
    if (value === undefined || value === '') return { problem: `"--${name}" needs a value.` }
    if (values[name] !== undefined) return { problem: `"--${name}" is given twice.` }
    values[name] = value
  }
  return { values, rest: [] }
}
