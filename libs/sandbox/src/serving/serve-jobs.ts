import { inspect } from 'node:util'
import { deserialize, serialize } from 'node:v8'

import { McpError } from '@mcp/protocol'

import { openParentChannel } from '../channel/parent-channel.ts'
import { notCloneable, resultTooLarge } from '../job-errors.ts'
import type { JobMessage, JobResult, WorkerLimits, WorkerMessage } from '../messages.ts'
import { isJobMessage, readWorkerLimits } from '../messages.ts'
import { startMemoryGuard } from './memory-guard.ts'

/** Runs one kind of job: receives the input passed to `run`, and returns the result or a promise of it. */
// This is the type of a method, because TypeScript then allows a handler to declare a narrower input type.
export type JobHandler = { handle(input: unknown): unknown }['handle']

/**
 * Turns this module into a worker of a sandbox. Call this function last, when everything is loaded.
 *
 * A handler throws `McpError` for an error of the caller. Any other thrown value becomes `internal`.
 *
 * @example
 * serveJobs({
 *   evaluate: ({ expression }: { expression: string }) => evaluate(expression),
 * })
 *
 * @throws McpError `invalid-request` if the process was not started by a sandbox.
 */
export function serveJobs(handlers: Readonly<Record<string, JobHandler>>): void {
  // A Map is used, because an object has inherited properties, such as `constructor`, that are not jobs.
  const handlersByName = new Map(Object.entries(handlers))
  const limits = readWorkerLimits(process.argv[2])
  if (limits === undefined) {
    throw new McpError(
      'invalid-request',
      'serveJobs only runs in a worker of a sandbox. Pass this module to createSandbox as `worker`.',
    )
  }

  const guard = startMemoryGuard(limits.maxMemoryMb)
  const channel = openParentChannel((message) => {
    if (isJobMessage(message)) void runJob(message, limits)
  })
  const post = (message: WorkerMessage) => channel(message)

  async function runJob(message: JobMessage, jobLimits: WorkerLimits): Promise<void> {
    guard.start()
    const result = await resultOf(handlersByName, message, jobLimits)
    // The result is posted after all microtasks. If the job left a loop in a microtask, the loop then
    // counts towards the timeout of this job, not of the next one.
    setImmediate(() => post({ type: 'result', result, worn: guard.stop() }))
  }

  // The pool reads stderr only to report why a worker failed to load. The output of jobs is discarded.
  process.stderr.write = () => true

  void guard.ready.then(() => post({ type: 'ready' }))
}

/** Returns the serialized {@link JobResult}. Never rejects. */
async function resultOf(
  handlers: ReadonlyMap<string, JobHandler>,
  { job, input }: JobMessage,
  limits: WorkerLimits,
): Promise<Uint8Array> {
  try {
    const handle = handlers.get(job)
    if (handle === undefined) throw new Error(`The worker has no job named ${inspect(job)}`)
    return encodeValue(job, await handle(deserialize(input)), limits)
  } catch (thrown) {
    return encodeThrown(thrown, limits)
  }
}

function encodeValue(job: string, value: unknown, { maxResultBytes }: WorkerLimits): Uint8Array {
  const bytes = tryEncode({ type: 'value', value })
  if (bytes === undefined) {
    throw notCloneable(`The result of ${job}`)
  }
  if (bytes.byteLength > maxResultBytes) {
    throw resultTooLarge(job, bytes.byteLength, maxResultBytes)
  }
  return bytes
}

function encodeThrown(thrown: unknown, { maxResultBytes }: WorkerLimits): Uint8Array {
  const encoded = encodeMcpError(thrown)
  if (encoded !== undefined && encoded.byteLength <= maxResultBytes) return encoded
  return serialize({ type: 'crash', text: describe(thrown) } satisfies JobResult)
}

function encodeMcpError(thrown: unknown): Uint8Array | undefined {
  // The value may be a proxy or have getters, which may throw as well.
  try {
    if (!McpError.is(thrown)) return undefined
    const body = thrown.toBody()
    const { code, message, retryable } = body
    return (
      tryEncode({ type: 'mcp-error', body }) ??
      tryEncode({ type: 'mcp-error', body: { code, message, retryable } })
    )
  } catch {
    return undefined
  }
}

function tryEncode(result: JobResult): Uint8Array | undefined {
  try {
    return serialize(result)
  } catch {
    return undefined
  }
}

function describe(thrown: unknown): string {
  try {
    const options = { depth: 1, customInspect: false, showProxy: true, maxStringLength: 1_000 }
    return inspect(thrown, options).slice(0, 4_000)
  } catch {
    return 'a value that cannot be described'
  }
}
