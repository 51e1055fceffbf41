import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { mcpCommand } from '../backup/mcp-command.ts'

export interface MigrateCommand {
  /** Resolves with the exit code, or null if a signal ended the command, and with its output. */
  readonly ended: Promise<{
    readonly code: number | null
    readonly output: unknown
    readonly errors: string
  }>
  kill(): void
}

/** Starts `mcp migrate` with the given words. */
export function startMigrate(...parameters: readonly string[]): MigrateCommand {
  return startMigrateWith({}, ...parameters)
}

/** Starts `mcp migrate` with the given variables and words. */
export function startMigrateWith(
  environment: Readonly<Record<string, string>>,
  ...parameters: readonly string[]
): MigrateCommand {
  const [node = '', ...words] = [...mcpCommand, 'migrate', ...parameters]
  const child = spawn(node, words, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode,
    output: output === '' ? undefined : (JSON.parse(output) as unknown),
    errors,
  }))
  return { ended, kill: () => void child.kill('SIGKILL') }
}
