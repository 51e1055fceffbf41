import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'

import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { StdioEntry } from '../entry/upstream-entry.ts'
import { childEnvironment } from './child-environment.ts'
import { requireFolder, spawnError } from './process-errors.ts'
import { watchProcessGroup } from './process-watchdog.ts'

/** The part of an entry that describes the process. */
export type StdioServer = Pick<StdioEntry, 'name' | 'command' | 'args' | 'env' | 'cwd'>

/** Time to read the last output of a process that has exited, because a grandchild may keep its pipes open. */
const lastOutputMs = 200

/**
 * Spawns the process of a server in a process group of its own, so that all its processes can be signalled
 * together. `spawned` resolves when the process runs, and rejects with `unavailable` if it cannot be started.
 *
 * @throws McpError `unavailable` if the working folder of the server does not exist.
 */
export function spawnServer({ name, command, args, env, cwd }: StdioServer): {
  child: ChildProcessWithoutNullStreams
  spawned: Promise<void>
} {
  requireFolder(name, cwd)
  const child = spawn(command, args, {
    env: childEnvironment(env),
    cwd,
    stdio: 'pipe',
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.once('spawn', resolve)
  child.on('error', (error) => reject(spawnError(name, command, error)))
  // A write to a process that has exited fails. The exit is reported, so this error is not.
  child.stdin.on('error', () => {})
  return { child, spawned: promise }
}

export interface WatchServerOptions {
  /** Name of the server, for messages. */
  readonly name: string
  readonly clock: Clock
  /** Receives the error if the process group cannot be watched. */
  readonly onError: (error: McpError) => void
  /**
   * Ends the process group. Called after the process has exited: when its output has been read to the end,
   * and again after {@link lastOutputMs}.
   */
  readonly onExit: (reason: string) => Promise<void>
}

/**
 * Reports the exit of the process of a server, and ensures that its process group ends if the process that runs
 * this code ends first.
 */
export function watchServer(
  child: ChildProcessWithoutNullStreams,
  { name, clock, onError, onExit }: WatchServerOptions,
): void {
  const stopWatching =
    child.pid === undefined
      ? () => {}
      : watchProcessGroup(child.pid, (cause) => {
          const message = `The processes of "${name}" are not watched: they may outlive this process if it is killed.`
          onError(new McpError('unavailable', message, { cause }))
        })
  child.on('exit', (code, signal) => {
    const finish = (): void => {
      const reason = signal === null ? `exited with code ${code}` : `was killed by ${signal}`
      // `onExit` also ends the processes that the server has started, after which no watchdog is needed.
      void onExit(reason).then(stopWatching)
    }
    child.once('close', finish)
    clock.after(lastOutputMs, finish)
  })
}

/** Writes a line to a process. If the process does not read, waits until it reads or has ended. */
export async function writeLine(input: Writable, line: string): Promise<void> {
  if (input.write(`${line}\n`)) return
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const event of ['drain', 'close'] as const) input.once(event, resolve)
  await promise
}
