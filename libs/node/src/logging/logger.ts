import { createRequire } from 'node:module'

import type { Logger as PinoLogger, pino as createPino } from 'pino'

import { formatLine } from './format-line.ts'
import { redact, redactText } from './redact.ts'
import type { LogLevel } from '../environment/settings.ts'

/** What is logged beside a message: `requestId`, `traceId`, `sessionId`, `error`, … */
export type LogFields = Readonly<Record<string, unknown>>

/** Writes lines to a log. */
export interface Logger {
  debug(message: string, facts?: LogFields): void
  info(message: string, facts?: LogFields): void
  warn(message: string, facts?: LogFields): void
  error(message: string, facts?: LogFields): void
  fatal(message: string, facts?: LogFields): void
  /** Whether lines of that level are written at all. */
  isEnabled(level: Exclude<LogLevel, 'silent'>): boolean
  /** A logger that writes these facts on each of its lines. */
  child(facts: LogFields): Logger
}

export interface LoggerOptions {
  /** Who writes, such as `session-manager`. */
  name: string
  /** What is written: this level and all above it. Default: `info`. */
  level?: LogLevel | undefined
  /** Where lines go. Default: standard error. */
  write?: ((line: string) => void) | undefined
  /** Whether lines are for people instead of JSON. Default: whether standard error is a terminal. */
  pretty?: boolean | undefined
}

/**
 * A logger of one line an entry, without secrets and without whole session ids.
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
  const lowest = order.indexOf(level)
  let loaded: PinoLogger | undefined

  // Loaded with the first line: a service that has nothing to say starts a tenth faster.
  const load = (): PinoLogger => {
    const { pino }: { pino: typeof createPino } = createRequire(import.meta.url)('pino')
    const destination = { write: pretty ? (line: string) => write(formatLine(line)) : write }
    return pino(
      { name, level, base: { name }, timestamp: pino.stdTimeFunctions.isoTime },
      destination,
    )
  }

  const isEnabled: Logger['isEnabled'] = (at) => order.indexOf(at) >= lowest

  const create = (shared: LogFields): Logger => {
    const log =
      (at: Exclude<LogLevel, 'silent'>) =>
      (message: string, facts: LogFields = {}) => {
        if (!isEnabled(at)) return
        loaded ??= load()
        loaded[at](redact({ ...shared, ...facts }), redactText(message))
      }
    return {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
      fatal: log('fatal'),
      isEnabled,
      child: (facts) => create({ ...shared, ...facts }),
    }
  }
  return create({})
}

const order: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
