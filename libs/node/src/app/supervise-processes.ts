import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import { escapeControls } from '../logging/escape-controls.ts'
import type { SupervisedProcess } from './supervised-process.ts'
import { superviseProcess } from './supervised-process.ts'

export interface SuperviseOptions {
  /** Maximum time between the first SIGTERM and SIGKILL, in milliseconds. Default: 9 seconds. */
  graceMs?: number | undefined
  /** If a process fails to start this many times in a row, all processes are terminated. Default: 5. */
  maxFailedStarts?: number | undefined
  /** Receives each line of output. Default: standard output. */
  write?: ((line: string) => void) | undefined
  /** Replaces the system clock in tests. */
  clock?: Clock | undefined
}

/** A set of running processes. */
export interface Supervision {
  /**
   * Resolves when all processes have exited and none is restarted. The value is 0 if each process exited with
   * code 0, exited because of the SIGTERM of `close`, or was waiting for its restart after a successful start.
   * Otherwise the value is 1.
   */
  readonly ended: Promise<number>
  /** Terminates all processes and resolves with the value of {@link Supervision.ended}. Idempotent. */
  readonly close: () => Promise<number>
}

/**
 * Runs Node programs as processes and merges their output. A process that exits is restarted. The first restart
 * is immediate, later ones wait 0.5 to 30 seconds. After the process has run for a minute, its next restart is
 * immediate again. If a process fails to start several times in a row, all processes are terminated. If the
 * current process exits for any reason, programs that use `runApp` shut down, too.
 *
 * @example const { ended, close } = superviseProcesses([{ name: 'tools', args: ['tools-server.ts'] }])
 */
export function superviseProcesses(
  processes: readonly SupervisedProcess[],
  options: SuperviseOptions = {},
): Supervision {
  const { graceMs = 9000, maxFailedStarts = 5, clock = systemClock } = options
  const { write = (line) => process.stdout.write(line) } = options
  const width = Math.max(...processes.map(({ name }) => name.length))
  let closing: Promise<number> | undefined
  // Restart timers do not keep Node running. Without this timer, Node would exit while every process
  // waits for its restart.
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
