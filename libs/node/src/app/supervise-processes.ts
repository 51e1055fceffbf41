import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import type { Environment } from '../environment/read-environment.ts'

/** A program that runs in its own process. */
export interface SupervisedProcess {
  /** Prefix of each line of its output. */
  name: string
  /** Arguments of `node`: a file, then the file's arguments. */
  args: readonly string[]
  /** Environment variables in addition to those of this process. Default: none. */
  env?: Environment | undefined
}

export interface SuperviseOptions {
  /** Maximum time between SIGTERM and SIGKILL, in milliseconds. Default: 15 seconds. */
  graceMs?: number | undefined
  /** Receives each line of output. Default: standard output. */
  write?: ((line: string) => void) | undefined
  /** Replaces the system clock in tests. */
  clock?: Clock | undefined
}

/** A set of running processes. */
export interface Supervision {
  /** Resolves when all of them have exited: with 0 if each exited with 0, otherwise with 1. */
  readonly ended: Promise<number>
  /** Terminates them all, and resolves as {@link Supervision.ended} does. Idempotent. */
  readonly close: () => Promise<number>
}

const lastLinesMs = 500

/**
 * Runs Node programs as processes and merges their output. If one exits, that is reported and the
 * others continue; if this process exits for any reason, all of them exit.
 *
 * @example
 * const { ended, close } = superviseProcesses([{ name: 'tools', args: ['tools-server.ts'] }])
 */
export function superviseProcesses(
  processes: readonly SupervisedProcess[],
  options: SuperviseOptions = {},
): Supervision {
  const { graceMs = 15_000, clock = systemClock } = options
  const { write = (line) => process.stdout.write(line) } = options
  const width = Math.max(...processes.map(({ name }) => name.length))
  const running = new Set<ChildProcess>()
  let isClosing = false

  const run = ({ name, args, env }: SupervisedProcess): Promise<boolean> => {
    const print = (line: string): void => write(`${name.padEnd(width)} | ${line}\n`)
    const child = spawn(process.execPath, [...process.execArgv, ...args], {
      env: { ...process.env, ...env },
      // The channel closes with this process, even if it is killed, and `runApp` then exits.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C reaches a whole process group; these receive one SIGTERM from here instead.
      detached: true,
    })
    running.add(child)
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', print)
    }
    return new Promise((resolve) => {
      const end = (cause: string, isSuccess: boolean): void => {
        if (!running.delete(child)) return
        if (!isClosing) print(`exited unexpectedly (${cause}); the other processes continue`)
        resolve(isSuccess)
      }
      child.on('error', (error) => end(error.message, false))
      child.on('exit', (code, signal) => {
        const finish = (): void => end(signal ?? `exit code ${code}`, code === 0)
        // At `close` all of its output has been read; a grandchild that holds the pipe delays that.
        child.on('close', finish)
        clock.after(lastLinesMs, finish)
      })
    })
  }

  const ended = Promise.all(processes.map(run)).then((all) => (all.every(Boolean) ? 0 : 1))
  return {
    ended,
    async close() {
      isClosing = true
      for (const child of running) child.kill('SIGTERM')
      const cancelKill = clock.after(graceMs, () => {
        for (const child of running) child.kill('SIGKILL')
      })
      return ended.finally(cancelKill)
    },
  }
}
