import * as z from 'zod'

import type { CloseOptions } from '@mcp/http'
import { McpError } from '@mcp/protocol'

import type { Logger } from '../logging/logger.ts'
import { createLogger } from '../logging/logger.ts'
import { tracingSettings } from '../environment/network-settings.ts'
import type { StopTracing } from '../tracing/start-tracing.ts'
import { startTracing } from '../tracing/start-tracing.ts'
import { createMetrics } from '../metrics/create-metrics.ts'
import type { MetricsRegistry } from '../metrics/create-metrics.ts'
import type { EnvironmentSchema } from '../environment/read-environment.ts'
import { describeEnvironment, readEnvironment } from '../environment/read-environment.ts'
import { requireNode } from '../require-node.js'
import { settings } from '../environment/settings.ts'
import { dropUnreadOutput } from './closed-output.ts'
import type { ShutDownReason } from './shut-down-app.ts'
import { createAppShutdown } from './shut-down-app.ts'
import { readyMessage } from './ready-message.ts'
import { handleUncaughtErrors } from './uncaught-errors.ts'

/** A program: its settings and its start function. */
export interface App<Schema extends EnvironmentSchema> {
  /** Name of the program, such as `session-manager`. */
  name: string
  version: string
  /** One sentence, shown by `--help`. */
  description: string
  /** One key per environment variable that the program reads. */
  schema: Schema
  /** Arguments of the program. Default: those of the process. */
  arguments?: readonly string[] | undefined
  /** Lines about options in addition to `--help` and `--version`, shown by `--help`. Default: none. */
  options?: readonly string[] | undefined
  /** Whether to warn about known variables that the program does not read. Default: false. */
  warnsOfUnread?: boolean | undefined
  start(settings: z.output<Schema>, context: AppContext): Promise<RunningApp>
}

export interface AppContext {
  readonly log: Logger
  /** The metrics of the process. Default: none. */
  readonly metrics?: MetricsRegistry | undefined
}

/** A program that has started. */
export interface RunningApp {
  /** Lines to print after the start, such as addresses, data folder and model. Default: none. */
  banner?: readonly string[] | undefined
  /** Resolves with the exit code if the program ends by itself. Default: the program runs until a signal. */
  ended?: Promise<number> | undefined
  readonly close: (options: CloseOptions) => Promise<void>
}

/** Short grace period after an uncaught exception: the request that caused it may never complete. */
const afterExceptionMs = 3000

/** For one Ctrl-C, the terminal and npm each send a signal. A second signal within this time is ignored. */
const sameSignalMs = 500

/**
 * Runs a program. Handles `--help` and `--version`, reads settings from the environment, and shuts down
 * gracefully on SIGTERM, SIGINT, the exit of its supervisor, and uncaught exceptions after the start.
 *
 * @example
 * await runApp({ name: 'tools-server', version, description, schema, start })
 */
export async function runApp<Schema extends EnvironmentSchema>(app: App<Schema>): Promise<void> {
  requireNode()
  const { name, version } = app
  const [argument] = app.arguments ?? process.argv.slice(2)
  if (argument === '--help' || argument === '-h') {
    process.stdout.write(helpOf(app))
  } else if (argument === '--version' || argument === '-v') {
    process.stdout.write(`${version}\n`)
  } else if (argument === undefined) {
    await start(app)
  } else {
    exitWithError(
      name,
      new McpError('invalid-request', `Unknown argument "${argument}". Try --help.`),
    )
  }
}

async function start<Schema extends EnvironmentSchema>(app: App<Schema>): Promise<void> {
  const { name, schema, warnsOfUnread } = app
  let log: Logger
  let config: z.output<Schema>
  let stopTracing: StopTracing | undefined
  try {
    const { LOG_LEVEL } = readEnvironment(z.object({ LOG_LEVEL: settings.LOG_LEVEL() }))
    log = createLogger({ name, level: LOG_LEVEL })
    const onWarning = (message: string): void => log.warn(message)
    config = readEnvironment(schema, { warnsOfUnread, onWarning })
    const tracing = readEnvironment(z.object(tracingSettings()))
    stopTracing = await startTracing(tracing, { name, version: app.version, log })
  } catch (thrown) {
    exitWithError(name, thrown)
  }
  const droppedWrites = dropUnreadOutput(log)
  const metrics = await createMetrics({ hasProcessMetrics: true })
  const starting = app
    .start(config, { log, metrics })
    .then((running) => thenStop(running, stopTracing))
  const shutDown = createAppShutdown({ log, starting, droppedWrites })
  let isStarted = false
  handleUncaughtErrors(log, () => {
    if (!isStarted) process.exit(1)
    shutDown({ reason: 'uncaught exception', exitCode: 1, graceMs: afterExceptionMs })
  })
  shutDownOnSignal(shutDown)
  try {
    const { banner = [], ended } = await starting
    isStarted = true
    process.stdout.write(banner.map((line) => `${line}\n`).join(''))
    // The callback receives the error if the supervisor has exited. Without a callback, Node would
    // throw it as an uncaught exception.
    process.send?.(readyMessage, undefined, undefined, () => {})
    ended?.then(
      (code) => process.exit(code),
      (thrown: unknown) => exitWithError(name, thrown),
    )
  } catch (thrown) {
    exitWithError(name, thrown)
  }
}

/** Maximum time to export the last spans, in milliseconds. */
const lastSpansMs = 2000

/** Returns a program that stops tracing after it has closed. */
function thenStop(running: RunningApp, stopTracing: StopTracing | undefined): RunningApp {
  if (stopTracing === undefined) return running
  return {
    ...running,
    async close(options) {
      await running.close(options)
      const { promise: timeout, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, lastSpansMs)
      await Promise.race([stopTracing().catch(() => {}), timeout])
      clearTimeout(timer)
    },
  }
}

function shutDownOnSignal(shutDown: (reason: ShutDownReason) => void): void {
  let signalledAt: number | undefined
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (signalledAt === undefined) {
        signalledAt = performance.now()
        shutDown({ reason: signal, exitCode: 0 })
      } else if (performance.now() - signalledAt > sameSignalMs) {
        process.exit(1)
      }
    })
  }
  // A supervisor that was killed sends no signal, but its IPC channel closes.
  if (process.send === undefined) return
  const onDisconnect = (): void => shutDown({ reason: 'the supervisor exited', exitCode: 0 })
  process.once('disconnect', onDisconnect)
  if (!process.connected) onDisconnect()
  process.channel?.unref()
}

function exitWithError(name: string, thrown: unknown): never {
  const message = McpError.is(thrown)
    ? thrown.message
    : String(thrown instanceof Error ? thrown.stack : thrown)
  process.stderr.write(`${name}: ${message}\n`)
  process.exit(1)
}

function helpOf<Schema extends EnvironmentSchema>(app: App<Schema>): string {
  const described = describeEnvironment(app.schema)
  const width = Math.max(...described.map(({ name }) => name.length)) + 2
  const variables = described.map((variable) => {
    const fallback = variable.default === undefined ? '' : ` Default: ${variable.default}.`
    return `  ${variable.name.padEnd(width)}${variable.description}${fallback}`
  })
  return [
    `${app.name} ${app.version}`,
    app.description,
    '',
    'Options: --help, --version',
    ...(app.options ?? []).map((line) => `  ${line}`),
    'Variables, from the environment or a .env file in the working directory:',
    ...variables,
    '',
  ].join('\n')
}
