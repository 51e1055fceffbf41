import { statSync } from 'node:fs'

import { McpError } from '@mcp/protocol'

/** @throws McpError `unavailable` if the configured working folder of a server is not an existing folder. */
export function requireFolder(server: string, cwd: string | undefined): void {
  if (cwd === undefined) return
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() === true) return
  // For a missing folder, the system reports that the command is missing.
  throw spawnFailed(server, `its working folder "${cwd}" does not exist. Correct "cwd"`)
}

/** Returns the error for a process that could not be started. */
export function spawnError(
  server: string,
  command: string,
  cause: NodeJS.ErrnoException,
): McpError {
  const { code } = cause
  const problem =
    code === 'ENOENT'
      ? 'was not found. Install it, or correct "command"'
      : code === 'EACCES'
        ? 'is not executable'
        : `failed with ${code ?? cause.message}`
  return spawnFailed(server, `the command "${command}" ${problem}`, cause)
}

function spawnFailed(server: string, problem: string, cause?: unknown): McpError {
  return new McpError('unavailable', `Cannot start "${server}": ${problem}.`, {
    details: { reason: 'spawn-failed', server },
    cause,
  })
}

/** Returns the error for a process that has ended by itself, with its last lines of stderr. */
export function exitError(server: string, reason: string, lines: readonly string[]): McpError {
  const output = lines.length === 0 ? '' : ` Its last output: ${lines.slice(-5).join(' | ')}`
  return new McpError('unavailable', `The process of "${server}" ${reason}.${output}`, {
    details: { reason: 'process-exited', server, stderr: lines },
  })
}

/** Returns the error for a message to a process that is not running. */
export function notRunning(server: string): McpError {
  return new McpError('unavailable', `The process of "${server}" is not running.`, {
    details: { reason: 'process-exited', server },
  })
}
