/** A step of adding a tool or a server. */
export interface AddStep {
  readonly text: string
  /** Command for a terminal in the folder of the project. */
  readonly command?: string
}

export type AddedKind = 'tool' | 'server'

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Returns what is wrong with a name, or undefined if the generator accepts it. */
export function nameProblem(name: string): string | undefined {
  if (kebabCase.test(name) && name.length <= 40) return undefined
  return 'Use lower-case letters and digits with hyphens between words, such as currency-rates.'
}

/** Returns the spelling of a name in code: `currencyRates` for `currency-rates`. */
export function codeName(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** Returns what to do to add a tool or a server of a name. */
export function addSteps(kind: AddedKind, name: string): readonly AddStep[] {
  const restart = {
    text: 'Start the hub again. This page connects by itself.',
    command: 'npm start',
  }
  if (kind === 'tool') {
    return [
      {
        text: 'Generate its file, its test and its entry in the list.',
        command: `npx nx g tool ${name}`,
      },
      { text: `Define its operations in libs/server-tools/src/${name}/${name}.ts.` },
      {
        text: 'Run its tests, with the examples of all tools.',
        command: `npx vitest run --root libs/server-tools src/${name} src/examples.test.ts`,
      },
      restart,
    ]
  }
  return [
    {
      text: 'Generate a library, an app with its own port, tests, and its line in the hub.',
      command: `npx nx g server ${name}`,
    },
    { text: `Write the contract and the handlers in libs/server-${name}/src.` },
    {
      text: 'Run its tests.',
      command: `npx nx run-many -t test -p @mcp/server-${name} ${name}-server`,
    },
    restart,
  ]
}
