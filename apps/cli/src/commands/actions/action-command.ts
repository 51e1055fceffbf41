import { didYouMean, nearNames } from '@mcp/protocol/light'
import type { RestClient } from '@mcp/client/rest'

import { usageError } from '../../output/exit-codes.ts'
import { createRest } from '../../remote/create-rest.ts'
import type { CommandContext, RemoteCommand } from '../run-remote.ts'

export interface ActionContext extends CommandContext {
  readonly rest: RestClient
}

/** An action of a command, such as `show` in `mcp conversations show <id>`. */
export interface Action {
  /** The words after the name of the action. */
  readonly usage?: string
  /** Number of words that the action needs. Default: 0. */
  readonly minWords?: number
  /** Default: `minWords`. */
  readonly maxWords?: number
  readonly run: (context: ActionContext) => Promise<number | void>
}

export interface ActionCommand extends Omit<
  RemoteCommand,
  'usage' | 'actions' | 'maxWords' | 'run'
> {
  /** The first action is the default. */
  readonly actions: Readonly<Record<string, Action>>
}

/** Creates a command whose first word is an action. */
export function createActionCommand({ actions, ...command }: ActionCommand): RemoteCommand {
  const names = Object.keys(actions)
  const usages = Object.entries(actions).map(([name, { usage = '' }]) => `${name} ${usage}`.trim())
  return {
    ...command,
    usage: usages.map((usage) => `[${usage}]`).join(' '),
    actions: names,
    maxWords: Number.POSITIVE_INFINITY,
    async run(context) {
      const [name = names[0] ?? '', ...words] = context.words
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined
      if (action === undefined) {
        throw usageError(`Unknown action "${name}"${didYouMean(nearNames(name, names))}`)
      }
      const { usage = '', minWords = 0, maxWords = minWords } = action
      if (words.length < minWords) {
        throw usageError(`Use: mcp ${command.name} ${name} ${usage}`)
      }
      const extra = words[maxWords]
      if (extra !== undefined) throw usageError(`Unexpected argument "${extra}".`)
      return action.run({ ...context, words, rest: createRest(await context.connect()) })
    },
  }
}

/** Reads the option `--limit`. */
export function readLimit({ values }: CommandContext): number | undefined {
  const { limit } = values
  if (limit === undefined) return undefined
  const number = Number(limit)
  if (Number.isInteger(number) && number > 0) return number
  throw usageError('"--limit" must be a positive integer.')
}
