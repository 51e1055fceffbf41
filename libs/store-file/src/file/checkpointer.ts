import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'

import type { Clock } from '@mcp/protocol'
import * as z from 'zod'

import { checkpointProgram } from './checkpoint-program.ts'
import { createJournalLength } from './journal-length.ts'

/** Moves the journal into the file on a separate thread, because the disk may take long to flush. */
export interface Checkpointer {
  /** Starts a checkpoint if the journal is long. Call it regularly. */
  check(): void
  /** Starts a checkpoint that also shrinks the files. */
  shrink(): void
  /** Waits for a running checkpoint, and ends the thread. */
  close(): Promise<void>
}

export interface CheckpointerOptions {
  readonly file: string
  /** Suspends writes, because the thread is about to lock the file. */
  readonly pause: () => void
  readonly resume: () => void
  /** Receives failures with the result code of SQLite. */
  readonly onError: (error: unknown) => void
  /** Length of the journal at which a checkpoint starts, in bytes. It grows on a slow disk. */
  readonly maxJournalBytes: number
  readonly clock: Pick<Clock, 'now'>
}

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('locking') }),
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), message: z.string(), errcode: z.number() }),
])

export function createCheckpointer(options: CheckpointerOptions): Checkpointer {
  const { file, pause, resume, onError, maxJournalBytes, clock } = options
  const journal = createJournalLength(maxJournalBytes, clock)
  let worker: Worker | undefined
  let isRunning = false
  let isClosed = false
  let onIdle = (): void => {}

  function suspend(): void {
    journal.suspended()
    pause()
  }

  function finish(): void {
    isRunning = false
    journal.ended()
    resume()
    onIdle()
  }

  /** Starts the thread. Called for the first checkpoint, because a short-lived store needs no thread. */
  function startWorker(): Worker {
    const started = new Worker(checkpointProgram, {
      eval: true,
      workerData: { file },
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    })
    started.unref()
    started.on('message', (value) => {
      const message = messageSchema.parse(value)
      if (message.type === 'locking') {
        suspend()
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        started.postMessage('lock')
        return
      }
      if (message.type === 'failed') {
        onError(Object.assign(new Error(message.message), { errcode: message.errcode }))
      }
      finish()
    })
    started.on('error', onError)
    started.on('exit', () => {
      worker = undefined
      finish()
    })
    return started
  }

  function run(mode: 'RESTART' | 'TRUNCATE'): void {
    if (isRunning || isClosed) return
    isRunning = true
    worker ??= startWorker()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(mode)
  }

  async function checkLength(): Promise<void> {
    const { size } = await stat(`${file}-wal`)
    if (!isRunning && size >= journal.bytes) run('RESTART')
    // The writes are faster than the checkpoint, so they wait for its end.
    else if (isRunning && size >= 2 * journal.bytes) suspend()
  }

  return {
    check() {
      // Without a journal there is nothing to do.
      checkLength().catch(() => {})
    },
    shrink: () => run('TRUNCATE'),
    async close() {
      isClosed = true
      if (isRunning) {
        await new Promise<void>((resolve) => {
          onIdle = resolve
        })
      }
      await worker?.terminate()
    },
  }
}
