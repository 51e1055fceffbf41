import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

import { backoffMs } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'

import type { Environment } from '../environment/read-environment.ts'
import { readyMessage } from './ready-message.ts'

/** A program that runs in its own process. */
export interface SupervisedProcess {
  /** Prefix of each line of its output. */
  name: string
  /** Arguments of `node`: a file, then the file's arguments. */
  args: readonly string[]
  /** Environment variables in addition to those of this process. Default: none. */
  env?: Environment | undefined
  /** Whether the process is terminated after the others, because the others call it. Default: false. */
  stopsLast?: boolean | undefined
}

export interface ProcessSupervisorOptions {
  readonly print: (line: string) => void
  /** Number of failed starts in a row after which the process is not restarted. */
  readonly maxFailedStarts: number
  readonly clock: Clock
  /** Returns true if a process that exits must not be restarted. */
  readonly isClosing: () => boolean
}

/** One process, which is restarted when it exits. */
export interface ProcessSupervisor {
  /**
   * Resolves when the process has exited and is not restarted. True if it exited with code 0, was stopped by
   * SIGTERM, or was stopped while it waited for the restart after a successful start.
   */
  readonly ended: Promise<boolean>
  /** Sends a signal to the process, which is then not restarted. */
  readonly stop: (signal: NodeJS.Signals) => void
}

const restartBackoff = { baseMs: 1000, maxMs: 30_000 }
// After this time, a process counts as started successfully, and its next restart is immediate again.
const stableMs = 60_000
// Maximum time to read the last lines of output after a process exits.
const lastLinesMs = 500

/**
 * Starts a process and restarts it when it exits: first immediately, later with increasing delays.
 * Gives up after `maxFailedStarts` failed starts in a row.
 */
export function superviseProcess(
  { name, args, env }: SupervisedProcess,
  { print, maxFailedStarts, clock, isClosing }: ProcessSupervisorOptions,
): ProcessSupervisor {
  const { promise: ended, resolve } = Promise.withResolvers<boolean>()
  let child: ChildProcess | undefined
  let isStopped = false
  let exits = 0
  let failedStarts = 0
  let cancelRestart = (): void => {}

  function start(): void {
    const startedAt = clock.now()
    let isReady = false
    let lastLine = ''
    const running = spawn(process.execPath, [...process.execArgv, ...args], {
      env: { ...process.env, ...env },
      // If this process exits, even by SIGKILL, the IPC channel closes. `runApp` in the child then
      // shuts the child down.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C signals a whole process group. A child in its own group receives only the SIGTERM that
      // `stop` sends.
      detached: true,
    })
    child = running
    running.on('message', (message) => {
      isReady ||= message === readyMessage
    })
    for (const stream of [running.stdout, running.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        lastLine = line
        print(line)
      })
    }
    const end = (cause: string, isSuccess: boolean): void => {
      if (child !== running) return
      child = undefined
      const isStable = clock.now() - startedAt >= stableMs
      if (isStable) exits = 0
      failedStarts = isReady || isStable ? 0 : failedStarts + 1
      if (isStopped || isClosing()) resolve(isSuccess)
      else restart(cause, lastLine)
    }
    running.on('error', (error) => end(error.message, false))
    running.on('exit', (code, signal) => {
      const isSuccess = code === 0 || (isStopped && signal === 'SIGTERM')
      const finish = (): void => end(signal ?? `exit code ${code}`, isSuccess)
      // At `close`, all output has been read. A grandchild that keeps the pipe open delays `close`, so
      // the wait is limited.
      running.on('close', finish)
      clock.after(lastLinesMs, finish)
    })
  }

  function restart(cause: string, lastLine: string): void {
    if (failedStarts >= maxFailedStarts) {
      print(
        `gave up: ${name} failed to start ${failedStarts} times in a row (${cause}): ${lastLine}`,
      )
      resolve(false)
      return
    }
    const delayMs = exits === 0 ? 0 : backoffMs(exits - 1, restartBackoff)
    exits++
    print(`exited unexpectedly (${cause}); restarts in ${delayMs} ms`)
    cancelRestart = clock.after(delayMs, start)
  }

  start()
  return {
    ended,
    stop(signal) {
      isStopped = true
      cancelRestart()
      if (child === undefined) resolve(failedStarts === 0)
      else child.kill(signal)
    },
  }
}
