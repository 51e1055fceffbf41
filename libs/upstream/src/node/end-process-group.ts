import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

export interface EndProcessGroupOptions {
  /** Time that the processes have to exit after the end of their input, in milliseconds. Default: 1,000. */
  readonly afterInputMs?: number | undefined
  /** Time that they have to exit after SIGTERM, in milliseconds. Default: 2,000. */
  readonly afterSigtermMs?: number | undefined
}

const pollMs = 20

/**
 * Time to wait for the end after SIGKILL, in milliseconds. No process can ignore SIGKILL, but a process in a
 * system call ends only after that call.
 */
const afterSigkillMs = 2000

/**
 * Ends a child that leads a process group, and every process of the group: by the end of its input, then
 * by SIGTERM, then by SIGKILL. A child such as `npx` starts the server as a process of its own and may
 * exit without it.
 */
export async function endProcessGroup(
  child: ChildProcess,
  { afterInputMs = 1000, afterSigtermMs = 2000 }: EndProcessGroupOptions = {},
): Promise<void> {
  const { pid, stdin } = child
  if (pid === undefined) return
  stdin?.end()
  if (await hasEnded(child, pid, afterInputMs)) return
  signalGroup(child, pid, 'SIGTERM')
  if (await hasEnded(child, pid, afterSigtermMs)) return
  signalGroup(child, pid, 'SIGKILL')
  await hasEnded(child, pid, afterSigkillMs)
}

async function hasEnded(child: ChildProcess, pid: number, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms
  for (;;) {
    const isExited = child.exitCode !== null || child.signalCode !== null
    if (isExited && !isGroupAlive(pid)) return true
    if (performance.now() >= deadline) return false
    await delay(pollMs)
  }
}

function isGroupAlive(pid: number): boolean {
  if (process.platform === 'win32') return false
  try {
    return process.kill(-pid, 0)
  } catch {
    return false
  }
}

function signalGroup(child: ChildProcess, pid: number, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    // Windows has no process groups. This ends the process and its descendants.
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () =>
      child.kill(signal),
    )
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // The group has ended in the meantime.
  }
}
