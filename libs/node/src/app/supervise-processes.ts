import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import { escapeControls } from '../logging/escape-controls.ts'
import type { SupervisedProcess } from './supervised-process.ts'
import { superviseProcess } from './supervised-process.ts'

export interface SuperviseOptions {
  /** Maximum time between the first SIGTERM and SIGKILL, in milliseconds. Default: 9 seconds. */
  graceMs?: number | undefined
  /** All processes are terminated when one fails to start this many times in a row. Default: 5. */
  maxFailedStarts?: number | undefined
  /** Receives each line of output. Default: standard output. */
  write?: ((line: string) => void) | undefined
  /** Replaces the system clock in tests. */
  clock?: Clock | undefined
}

/** A set of running processes. */
export interface Supervision {
  /**
   * Resolves when all of them have exited after `close`: with 0 if each exited with 0 or by
   * the SIGTERM that it received, otherwise with 1.
   */
  readonly ended: Promise<number>
  /** Terminates them all, and resolves as {@link Supervision.ended} does. Idempotent. */
  readonly close: () => Promise<number>
}

/**
 * Runs Node programs as processes and merges their output. A process that exits is restarted. The
 * first restart is immediate, later ones wait 1 to 30 seconds; a minute of uptime resets the delay. If
 * one fails to start several times in a row, all of them are terminated. If this process exits for any reason, all of them
 * exit.
 *
 * @example
 * const { ended, close } = superviseProcesses([{ name: 'tools', args: ['tools-server.ts'] }])
 */
export function superviseProcesses(
  processes: readonly SupervisedProcess[],
  options: SuperviseOptions = {},
): Supervision {
  const { graceMs = 9000, maxFailedStarts = 5, clock = systemClock } = options
  const { write = (line) => process.stdout.write(line) } = options
  const width = Math.max(...processes.map(({ name }) => name.length))
  let closing: Promise<number> | undefined
  // The timers of restarts do not keep Node running: without this one, it would exit while every
  // process waits for its restart.
  const keepAlive = setInterval(() => {}, 2 ** 30)

  const supervisors = processes.map((one) => {
    const supervisor = superviseProcess(one, {
      print: (line) => write(`${one.name.padEnd(width)} | ${escapeControls(line)}\n`),
      maxFailedStarts,
      clock,
      isClosing: () => closing !== undefined,
    })
    void supervisor.ended.then(() => close())
    return { ...supervisor, stopsLast: one.stopsLast ?? false }
  })
  const ended = Promise.all(supervisors.map((supervisor) => supervisor.ended))
    .then((all) => (all.every(Boolean) ? 0 : 1))
    .finally(() => clearInterval(keepAlive))

  async function terminate(): Promise<number> {
    const cancelKill = clock.after(graceMs, () => {
      for (const { stop } of supervisors) stop('SIGKILL')
    })
    for (const stopsLast of [false, true]) {
      const group = supervisors.filter((supervisor) => supervisor.stopsLast === stopsLast)
      for (const { stop } of group) stop('SIGTERM')
      await Promise.all(group.map((supervisor) => supervisor.ended))
    }
    return ended.finally(cancelKill)
  }

  const close = (): Promise<number> => (closing ??= terminate())
  return { ended, close }
}
