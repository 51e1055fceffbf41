import type { NodeProcess, NodeProcessOptions } from '../channel/node-process.ts'
import { startNodeProcess } from '../channel/node-process.ts'
import type { WorkerLimits, WorkerMessage } from '../messages.ts'
import { isWorkerMessage } from '../messages.ts'
import { workerFlags } from './worker-flags.ts'

export interface WorkerProcessOptions
  extends WorkerLimits, Pick<NodeProcessOptions, 'path' | 'onExit'> {
  readonly execArgv: readonly string[]
  /** Returns whether the message was expected. Otherwise the process is killed. */
  readonly onMessage: (message: WorkerMessage) => boolean
}

/** Maximum size of a message in addition to the result in it: its fields, and the text of a crash. */
const maxOverheadBytes = 64 * 1024

/** Starts a process that runs one job at a time. */
export function startWorkerProcess(options: WorkerProcessOptions): NodeProcess {
  const { path, execArgv, maxMemoryMb, maxResultBytes, onMessage, onExit } = options
  return startNodeProcess({
    path,
    argument: JSON.stringify({ maxMemoryMb, maxResultBytes }),
    flags: [...workerFlags(maxMemoryMb), ...execArgv],
    maxMessageBytes: maxResultBytes + maxOverheadBytes,
    onMessage: (message) => isWorkerMessage(message) && onMessage(message),
    onExit,
  })
}
