/** Log levels in ascending order. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** The minimum level that a logger writes. */
export type LogLevel = (typeof logLevels)[number]
