import { McpError, parseJson } from '@mcp/protocol'
import type { SandboxLimits } from '@mcp/sandbox'
import { createSandbox } from '@mcp/sandbox'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import type { SchemaJob } from './validate-answer.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** What became of an answer that should be JSON of a schema. */
export type CheckedAnswer =
  | { readonly fits: true; readonly value: unknown }
  | { readonly fits: false; readonly problems: readonly string[] }

/** Checks answers by their callers' schemas, in a worker process: a schema may run long or wild. */
export interface SchemaChecker {
  /** @throws McpError `invalid-params`, reason `schema`, where it cannot be used. */
  checkSchema(schema: JsonObject, signal: AbortSignal): Promise<void>
  /** Reads a text as JSON and checks it. */
  checkAnswer(schema: JsonObject, text: string, signal: AbortSignal): Promise<CheckedAnswer>
  close(): Promise<void>
}

/** The longest schema, in characters of JSON, and the deepest. */
const longestSchema = 64 * 1024
const deepestSchema = 32

/** Creates a checker. The first check starts a worker. */
export function createSchemaChecker(overrides?: SandboxLimits): SchemaChecker {
  const sandbox = createSandbox({
    worker: () => import.meta.resolve('@mcp/server-sampling/worker'),
    timeoutMs: 2_000,
    maxMemoryMb: 128,
    overrides,
  })

  async function run(job: SchemaJob, signal: AbortSignal): Promise<readonly string[]> {
    try {
      return z.array(z.string()).parse(await sandbox.run('validateAnswer', job, { signal }))
    } catch (thrown) {
      throw tooMuch(thrown, signal) ?? thrown
    }
  }

  return {
    async checkSchema(schema, signal) {
      checkSize(schema)
      await run({ schema }, signal)
    },
    async checkAnswer(schema, text, signal) {
      let value: unknown
      try {
        value = parseJson(withoutFence(text))
      } catch {
        return { fits: false, problems: ['the answer is not JSON'] }
      }
      const problems = await run({ schema, answer: { value } }, signal)
      return problems.length === 0 ? { fits: true, value } : { fits: false, problems }
    },
    close: () => sandbox.close(),
  }
}

function checkSize(schema: JsonObject): void {
  const text = JSON.stringify(schema)
  if (text.length > longestSchema) {
    const message = `the schema has ${text.length} characters; ${longestSchema} are the most`
    throw invalidParam('responseSchema', message, { reason: 'schema' })
  }
  try {
    parseJson(text, deepestSchema)
  } catch (cause) {
    const message = `the schema nests deeper than ${deepestSchema} levels`
    throw invalidParam('responseSchema', message, { reason: 'schema', cause })
  }
}

const fence = '```'

/** Models that are asked for JSON often wrap it as they would in a chat. */
function withoutFence(text: string): string {
  const trimmed = text.trim()
  const firstEnd = trimmed.indexOf('\n')
  const isFenced = trimmed.startsWith(fence) && trimmed.endsWith(fence) && firstEnd !== -1
  return isFenced ? trimmed.slice(firstEnd, -fence.length) : trimmed
}

/** The worker's limits are about a schema here, and its callers should hear that. */
function tooMuch(thrown: unknown, signal: AbortSignal): McpError | undefined {
  if (!McpError.is(thrown) || signal.aborted) return undefined
  const isOver = thrown.code === 'timeout' || thrown.details?.['reason'] === 'memory-limit'
  return isOver
    ? invalidParam('responseSchema', 'checking by the schema takes more than it may', {
        reason: 'schema',
        cause: thrown,
      })
    : undefined
}
