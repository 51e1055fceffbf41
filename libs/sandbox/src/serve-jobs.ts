import { inspect } from 'node:util'
import { deserialize, serialize } from 'node:v8'

import { McpError } from '@mcp/protocol'

import { notCloneable, resultTooLarge } from './job-errors.ts'
import { startMemoryGuard } from './memory-guard.ts'
import type { Answer, JobMessage, WorkerMessage, WorkerSettings } from './messages.ts'
import { isJobMessage, readSettings } from './messages.ts'

/** Does one kind of job: takes what the caller passed to `run`, gives or promises the result. */
// Written as a method, whose parameters may be narrower: what arrives comes from the own caller.
export type JobHandler = { handle(input: unknown): unknown }['handle']

/**
 * Makes this module a worker that does the jobs of a sandbox. Call it last, when all is loaded.
 *
 * A handler throws `McpError` for what the caller got wrong; anything else it throws is `internal`.
 *
 * @example
 * serveJobs({
 *   evaluate: ({ expression }: { expression: string }) => evaluate(expression),
 * })
 */
export function serveJobs(jobs: Readonly<Record<string, JobHandler>>): void {
  const table = new Map(Object.entries(jobs))
  const settings = readSettings(process.argv[2])
  const send = process.send?.bind(process)
  if (settings === undefined || send === undefined) {
    throw new McpError(
      'invalid-request',
      'serveJobs runs in a worker that a sandbox started. Pass this module to createSandbox as its `worker`.',
    )
  }

  const guard = startMemoryGuard(settings.memoryMb)
  const tell = (message: WorkerMessage) => send(message)

  async function work({ job, input }: JobMessage, limits: WorkerSettings): Promise<void> {
    guard.watch()
    const bytes = await answer(table, job, input, limits)
    // After the microtasks: a job that leaves a loop among them runs into its own time limit, not
    // into that of the job after it.
    setImmediate(() => tell({ type: 'answered', answer: bytes, worn: guard.rest() }))
  }

  // Only this function answers for a job, not the job itself.
  delete process.send
  // Ctrl+C reaches the whole process group, and only the parent may decide what it ends.
  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // The pool reads this pipe for what goes wrong at load; what jobs print goes nowhere.
  process.stderr.write = () => true

  process.on('message', (message: unknown) => {
    if (isJobMessage(message)) void work(message, settings)
  })

  void guard.ready.then(() => tell({ type: 'ready' }))
}

async function answer(
  table: ReadonlyMap<string, JobHandler>,
  job: string,
  input: Uint8Array,
  settings: WorkerSettings,
): Promise<Uint8Array> {
  try {
    const handle = table.get(job)
    if (handle === undefined) throw new Error(`The worker serves no job named ${inspect(job)}`)
    return encodeResult(job, await handle(deserialize(input)), settings)
  } catch (thrown) {
    return encodeThrown(thrown, settings)
  }
}

function encodeResult(job: string, result: unknown, { maxResultBytes }: WorkerSettings) {
  const bytes = tryEncode({ type: 'done', result })
  if (bytes === undefined) {
    throw notCloneable(`The result of ${job}`)
  }
  if (bytes.byteLength > maxResultBytes) {
    throw resultTooLarge(job, bytes.byteLength, maxResultBytes)
  }
  return bytes
}

function encodeThrown(thrown: unknown, { maxResultBytes }: WorkerSettings): Uint8Array {
  const refused = encodeRefusal(thrown)
  if (refused !== undefined && refused.byteLength <= maxResultBytes) return refused
  return serialize({ type: 'broken', text: describe(thrown) } satisfies Answer)
}

function encodeRefusal(thrown: unknown): Uint8Array | undefined {
  // What was thrown may be a proxy or have getters, and both may throw as well.
  try {
    if (!McpError.is(thrown)) return undefined
    const body = thrown.toBody()
    const { code, message, retryable } = body
    return (
      tryEncode({ type: 'refused', body }) ??
      tryEncode({ type: 'refused', body: { code, message, retryable } })
    )
  } catch {
    return undefined
  }
}

function tryEncode(answer: Answer): Uint8Array | undefined {
  try {
    return serialize(answer)
  } catch {
    return undefined
  }
}

function describe(thrown: unknown): string {
  try {
    const options = { depth: 1, customInspect: false, showProxy: true, maxStringLength: 1_000 }
    return inspect(thrown, options).slice(0, 4_000)
  } catch {
    return 'something that cannot be described'
  }
}
