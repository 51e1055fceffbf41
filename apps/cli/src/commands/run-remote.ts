import { isRecord, McpError } from '@mcp/protocol/light'

import manifest from '../../package.json' with { type: 'json' }
import { exitCodeOf, exitCodes, usageError } from '../output/exit-codes.ts'
import type { Output } from '../output/output.ts'
import { createOutput } from '../output/output.ts'
import type { Connection } from '../remote/connection.ts'
import { openConnection } from '../remote/open-connection.ts'
import type { OptionValues } from './parse-options.ts'
import { parseOptions } from './parse-options.ts'
import { exitWithUsageError } from './usage-error.ts'

/** A command that can connect to the client app of a hub. Some commands, such as `audit`, do not. */
export interface RemoteCommand {
  readonly name: string
  /** The words after the name, such as `<operation> [name=value …]`. */
  readonly usage?: string | undefined
  readonly description: string
  /** Options with a value, and their descriptions. */
  readonly values?: Readonly<Record<string, string>> | undefined
  /** Options without a value, and their descriptions. */
  readonly flags?: Readonly<Record<string, string>> | undefined
  readonly maxWords?: number | undefined
  /** The actions that the first word can name, for the completion. */
  readonly actions?: readonly string[] | undefined
  /** Runs the command. Resolves with the exit code. Default: 0. */
  readonly run: (context: CommandContext) => Promise<number | void>
}

export interface CommandContext {
  /** Name of the command, for messages. */
  readonly command: string
  readonly words: readonly string[]
  readonly values: OptionValues
  readonly flags: ReadonlySet<string>
  readonly output: Output
  /** Connects to the client app. */
  readonly connect: () => Promise<Connection>
  /** Aborted by Ctrl-C, by SIGTERM and by `--timeout`. */
  readonly signal: AbortSignal
}

const commonValues = {
  url: 'URL of the client app. Default: MCP_URL, else http://127.0.0.1:8080.',
  data: 'Data folder of --hub, in place of MCP_DATA_DIR.',
  timeout: 'Maximum duration of the command, in seconds. Default: none.',
}

const commonFlags = {
  hub: 'Run a hub in this process for the duration of the command.',
  json: 'Print JSON on a terminal, too.',
}

/** Names of the options of all commands. */
export const commonOptions = Object.keys({ ...commonValues, ...commonFlags })

/** Runs a command, prints its error, and sets the exit code of the process. */
export async function runRemote(
  command: RemoteCommand,
  parameters: readonly string[],
): Promise<void> {
  const { name } = command
  const options = {
    values: { ...commonValues, ...command.values },
    flags: { ...commonFlags, ...command.flags },
  }
  const parsed = parseFor(command, parameters, options)
  if ('problem' in parsed) exitWithUsageError(parsed.problem, name)
  const [request] = parsed.rest
  if (request !== undefined) {
    const text = request === '--help' ? helpOf(command, options) : manifest.version
    process.stdout.write(`${text}\n`)
    return
  }
  const { values } = parsed
  const output = createOutput({ json: parsed.flags.has('json') })
  const stop = new AbortController()
  const endLimits = limitDuration(values['timeout'], stop, name)
  let opening: Promise<Connection> | undefined
  const connect = (): Promise<Connection> => {
    const { url, data } = values
    opening ??= openConnection({ url, data, isHub: parsed.flags.has('hub'), signal: stop.signal })
    return opening
  }
  try {
    const code = await command.run({
      ...parsed,
      command: name,
      output,
      connect,
      signal: stop.signal,
    })
    process.exitCode = code ?? exitCodes.done
  } catch (thrown) {
    const error = toError(stop.signal.aborted ? stop.signal.reason : thrown)
    output.note(`${`mcp ${name}`.trim()}: ${error.message}`)
    process.exitCode = exitCodeOf(error.toBody())
  } finally {
    endLimits()
    await opening?.then(
      (connection) => connection.close(),
      () => {},
    )
  }
}

/**
 * Runs a command with the connection of the prompt.
 *
 * @throws McpError for an invalid command line. Also throws the error of the command.
 */
export async function runInPrompt(
  command: RemoteCommand,
  parameters: readonly string[],
  context: Pick<CommandContext, 'connect' | 'output' | 'signal'>,
): Promise<void> {
  const { values = {}, flags = {} } = command
  const options = { values, flags }
  const parsed = parseFor(command, parameters, options)
  if ('problem' in parsed) throw usageError(parsed.problem)
  if (parsed.rest.length > 0) context.output.text(`${helpOf(command, options, '/')}\n`)
  else await command.run({ ...parsed, ...context, command: command.name })
}

interface Options {
  readonly values: Readonly<Record<string, string>>
  readonly flags: Readonly<Record<string, string>>
}

function parseFor(
  { maxWords = 0 }: RemoteCommand,
  parameters: readonly string[],
  { values, flags }: Options,
) {
  const accepted = { flags: Object.keys(flags), maxWords }
  return parseOptions(parameters, Object.keys(values), accepted)
}

/**
 * Aborts the command on Ctrl-C or SIGTERM, and after `--timeout`. A further Ctrl-C or SIGTERM ends the process.
 */
function limitDuration(
  timeout: string | undefined,
  stop: AbortController,
  name: string,
): () => void {
  const seconds = Number(timeout ?? 0)
  if (!(seconds >= 0 && seconds <= maxTimeoutSeconds) || (timeout !== undefined && seconds === 0)) {
    exitWithUsageError(`"--timeout" must be a number of seconds up to ${maxTimeoutSeconds}.`, name)
  }
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted)
    stop.abort(new McpError('cancelled', 'Interrupted.'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          stop.abort(new McpError('timeout', `Timed out after ${timeout} s.`))
        }, seconds * 1000)
  return () => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    clearTimeout(timer)
  }
}

const maxTimeoutSeconds = 86_400

function toError(thrown: unknown): McpError {
  if (McpError.is(thrown)) return thrown
  const isSystem = isRecord(thrown) && typeof thrown['syscall'] === 'string'
  if (isSystem && thrown instanceof Error) return new McpError('internal', thrown.message)
  return new McpError('internal', String(thrown instanceof Error ? thrown.stack : thrown))
}

function helpOf(
  { name, usage = '', description }: RemoteCommand,
  { values, flags }: Options,
  prefix = 'mcp ',
): string {
  const options = [
    ...Object.entries(values).map(([option, text]) => [`--${option} <value>`, text] as const),
    ...Object.entries(flags).map(([option, text]) => [`--${option}`, text] as const),
  ]
  return [
    `${prefix}${name} ${usage}`.trim(),
    description,
    '',
    'Options:',
    ...options.map(([option, text]) => `  ${option.padEnd(20)}${text}`),
    '',
    'Variables: MCP_URL, MCP_TOKEN, NO_COLOR.',
  ].join('\n')
}

/** Returns the first word of a command, which is required. */
export function onlyWord({ words }: CommandContext, meaning: string): string {
  const [word] = words
  if (word === undefined) throw usageError(`${meaning} is missing.`)
  return word
}
