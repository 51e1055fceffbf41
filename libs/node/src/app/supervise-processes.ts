import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import type { Environment } from '../environment/read-environment.ts'

/** A program to run as a process of its own. */
export interface SupervisedProcess {
  /** Stands before each of its lines. */
  name: string
  /** What Node runs: a file, then its arguments. */
  args: readonly string[]
  /** Variables besides this process's own. Default: none. */
  env?: Environment | undefined
}

export interface SuperviseOptions {
  /** How long a process may take to end after SIGTERM, in milliseconds. Default: 15 seconds. */
  graceMs?: number | undefined
  /** Where lines go. Default: standard output. */
  write?: ((line: string) => void) | undefined
  /** Replaces the system clock in tests. */
  clock?: Clock | undefined
}

/** Processes that run. */
export interface Supervision {
  /** Resolves when all of them have ended: with 0 where each did so in order, else with 1. */
  readonly ended: Promise<number>
  /** Ends them all, and resolves as {@link Supervision.ended} does. Twice is harmless. */
  readonly close: () => Promise<number>
}

const lastLinesMs = 500

/**
 * Runs Node programs as processes, with their output in one place. One that dies is told of and
 * the others go on; when this process goes, however it goes, none of them stays.
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
    const say = (line: string): void => write(`${name.padEnd(width)} | ${line}\n`)
    const child = spawn(process.execPath, [...process.execArgv, ...args], {
      env: { ...process.env, ...env },
      // The channel closes with this process, even a killed one, and `runApp` ends at that.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C reaches a whole group; these get one SIGTERM from here instead.
      detached: true,
    })
    running.add(child)
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', say)
    }
    return new Promise((resolve) => {
      const end = (how: string, isInOrder: boolean): void => {
        if (!running.delete(child)) return
        if (!isClosing) say(`ended by itself (${how}); the others go on`)
        resolve(isInOrder)
      }
      child.on('error', (error) => end(error.message, false))
      child.on('exit', (code, signal) => {
        const finish = (): void => end(signal ?? `exit code ${code}`, code === 0)
        // By `close` every line it wrote has been read; a child of its own may keep that from coming.
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
      const giveUp = clock.after(graceMs, () => {
        for (const child of running) child.kill('SIGKILL')
      })
      return ended.finally(giveUp)
    },
  }
}
