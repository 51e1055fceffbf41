import { readFileSync, statSync } from 'node:fs'

import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import type { Variables } from '../config/expand-variables.ts'
import type { UpstreamConfig } from '../config/parse-config.ts'
import { parseConfig } from '../config/parse-config.ts'

export interface WatchConfigOptions {
  /** Receives the content of the file after each change. */
  readonly onChange: (config: UpstreamConfig) => void
  /** Receives the error of an invalid or missing file, once. The last valid content stays in use. */
  readonly onInvalid: (error: McpError) => void
  /** Whether the file must exist. Default: false. */
  readonly isRequired?: boolean | undefined
  /** Variables that the file may use. Default: those of this process. */
  readonly variables?: Variables | undefined
  readonly clock?: Clock | undefined
}

/** An MCP configuration file that is watched. */
export interface WatchedConfig {
  /** Path of the file, or undefined as long as no file exists. */
  readonly file: string | undefined
  /** Content when watching started. */
  readonly initial: UpstreamConfig
  readonly stop: () => void
}

// Polling also works for links, network folders and mounted volumes, whose changes cause no events.
const pollMs = 500

/** Maximum size of the file. A larger file is not an MCP configuration file. */
const maxBytes = 4 * 1024 * 1024

const none: UpstreamConfig = { entries: [], disabled: [], warnings: [] }

/**
 * Reads the first of the files that exists, and watches it. If none exists, waits for the first one that is
 * created. A change is adopted within a second.
 *
 * @throws McpError `invalid-params` if the file is invalid, or if it is required and missing.
 */
export function watchConfig(files: readonly string[], options: WatchConfigOptions): WatchedConfig {
  const { onChange, onInvalid, isRequired = false, variables = process.env } = options
  const { clock = systemClock } = options
  let file = files.find((candidate) => versionOf(candidate) !== undefined)
  if (file === undefined && isRequired) throw missing(files.join(', '))
  let version = file === undefined ? undefined : versionOf(file)
  const initial = file === undefined ? none : readConfig(file, variables)
  // An error of the current version, which is not reported yet. A file that is being written is invalid
  // for a moment.
  let unreported: McpError | undefined
  let lastReport: string | undefined

  function check(): void {
    file ??= files.find((candidate) => versionOf(candidate) !== undefined)
    if (file === undefined) return
    const current = versionOf(file)
    if (current === version) {
      if (unreported !== undefined && unreported.message !== lastReport) {
        lastReport = unreported.message
        onInvalid(unreported)
      }
      unreported = undefined
      return
    }
    version = current
    try {
      if (current === undefined) throw missing(file)
      const config = readConfig(file, variables)
      lastReport = unreported = undefined
      onChange(config)
    } catch (thrown) {
      unreported = McpError.from(thrown)
    }
  }

  const stop = clock.every(pollMs, check)
  return {
    get file() {
      return file
    },
    initial,
    stop,
  }
}

/** Returns a text that changes with each write of a file, or undefined if there is no file. */
function versionOf(file: string): string | undefined {
  try {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false })
    if (stats?.isFile() !== true) return undefined
    return [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ')
  } catch {
    return undefined
  }
}

function readConfig(file: string, variables: Variables): UpstreamConfig {
  let text: string
  try {
    const { size } = statSync(file)
    if (size > maxBytes) throw invalid(file, `It is larger than ${maxBytes} bytes`)
    text = readFileSync(file, 'utf8')
  } catch (thrown) {
    if (McpError.is(thrown)) throw thrown
    throw invalid(file, 'It cannot be read. Check its permissions', thrown)
  }
  return parseConfig(text, { file, variables })
}

function missing(file: string): McpError {
  return invalid(file, 'It does not exist. Create it, or correct MCP_CONFIG')
}

function invalid(file: string, problem: string, cause?: unknown): McpError {
  return new McpError('invalid-params', `Invalid MCP configuration file ${file}. ${problem}.`, {
    details: { reason: 'invalid-config', file },
    cause,
  })
}
