import * as z from 'zod'

import { McpError } from '@mcp/protocol'

import type { CloseOptions } from '../http/listen.ts'
import type { Logger } from '../logging/logger.ts'
import { createLogger } from '../logging/logger.ts'
import type { EnvironmentSchema } from '../environment/read-environment.ts'
import { describeEnvironment, readEnvironment } from '../environment/read-environment.ts'
import { requireNode } from '../require-node.js'
import { settings } from '../environment/settings.ts'

/** A program: its settings, and how it starts. */
export interface App<Schema extends EnvironmentSchema> {
  /** Such as `session-manager`. */
  name: string
  version: string
  /** One sentence, shown by `--help`. */
  description: string
  /** A key for each variable it reads. */
  schema: Schema
  start(settings: z.output<Schema>, context: AppContext): Promise<RunningApp>
}

export interface AppContext {
  readonly log: Logger
}

/** A program that has started. */
export interface RunningApp {
  /** Lines for whoever started it: where it answers, and what it works with. */
  banner?: readonly string[] | undefined
  /** Resolves with the exit code where it ends by itself. Default: it never does. */
  ended?: Promise<number> | undefined
  readonly close: (options: CloseOptions) => Promise<void>
}

/** How long a closing program waits for what is under way. A second signal ends it at once. */
const graceMs = 10_000

/** A terminal and npm both pass on one Ctrl-C: what comes this close behind is the same signal. */
const sameSignalMs = 500

/**
 * Runs a program from its command line: `--help`, `--version`, settings from the environment,
 * and a clean end by SIGTERM or SIGINT.
 *
 * @example
 * await runApp({ name: 'tools-server', version, description, schema, start })
 */
export async function runApp<Schema extends EnvironmentSchema>(app: App<Schema>): Promise<void> {
  requireNode()
  const { name, version } = app
  const [argument] = process.argv.slice(2)
  if (argument === '--help' || argument === '-h') {
    process.stdout.write(helpOf(app))
  } else if (argument === '--version' || argument === '-v') {
    process.stdout.write(`${version}\n`)
  } else if (argument === undefined) {
    await start(app)
  } else {
    leave(name, new McpError('invalid-request', `Unknown argument "${argument}". Try --help.`))
  }
}

async function start<Schema extends EnvironmentSchema>(app: App<Schema>): Promise<void> {
  const { name, schema } = app
  let log: Logger
  let given: z.output<Schema>
  try {
    const { LOG_LEVEL } = readEnvironment(z.object({ LOG_LEVEL: settings.LOG_LEVEL() }))
    log = createLogger({ name, level: LOG_LEVEL })
    given = readEnvironment(schema, { onWarning: (message) => log.warn(message) })
  } catch (thrown) {
    leave(name, thrown)
  }
  dieOfUnexpected(log)
  const starting = app.start(given, { log })
  closeBySignal(starting, log)
  try {
    const { banner = [], ended } = await starting
    process.stdout.write(banner.map((line) => `${line}\n`).join(''))
    ended?.then(
      (code) => process.exit(code),
      (thrown: unknown) => leave(name, thrown),
    )
  } catch (thrown) {
    leave(name, thrown)
  }
}

function closeBySignal(starting: Promise<RunningApp>, log: Logger): void {
  let closingSince: number | undefined
  const close = async (why: string): Promise<void> => {
    if (closingSince !== undefined) {
      if (performance.now() - closingSince > sameSignalMs) process.exit(1)
      return
    }
    closingSince = performance.now()
    log.info(`Closing: ${why}.`)
    try {
      const running = await starting
      await running.close({ graceMs })
      process.exit(0)
    } catch (error) {
      log.error('Closing failed.', { error })
      process.exit(1)
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void close(signal))
  }
  // A supervisor that is gone cannot send a signal: its channel closing is the last it tells.
  if (process.connected) {
    process.once('disconnect', () => void close('the supervisor is gone'))
    process.channel?.unref()
  }
}

function dieOfUnexpected(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal('Nobody caught this.', { error })
    process.exit(1)
  })
}

function leave(name: string, thrown: unknown): never {
  const message = McpError.is(thrown)
    ? thrown.message
    : String(thrown instanceof Error ? thrown.stack : thrown)
  process.stderr.write(`${name}: ${message}\n`)
  process.exit(1)
}

function helpOf<Schema extends EnvironmentSchema>(app: App<Schema>): string {
  const variables = describeEnvironment(app.schema).map((variable) => {
    const preset = variable.default === undefined ? '' : ` Default: ${variable.default}.`
    return `  ${variable.name.padEnd(24)}${variable.description}${preset}`
  })
  return [
    `${app.name} ${app.version}`,
    app.description,
    '',
    'Options: --help, --version',
    'Variables, from the environment or a .env file in the working directory:',
    ...variables,
    '',
  ].join('\n')
}
