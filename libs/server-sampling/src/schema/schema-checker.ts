import type { HandlerContext } from '@mcp/protocol'
import { McpError, parseJson } from '@mcp/protocol'
import type { SandboxLimits } from '@mcp/sandbox'
import { createSandbox } from '@mcp/sandbox'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import type { SchemaJob } from './validate-response.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** Result of checking a response against a schema. */
export type CheckedResponse =
  | { readonly isValid: true; readonly value: unknown }
  | { readonly isValid: false; readonly problems: readonly string[] }

/**
 * The signal that cancels a check, and the key of its caller. With the key, the sandbox shares its workers
 * fairly between callers.
 */
export type CheckOptions = Pick<HandlerContext, 'signal' | 'callerKey'>

/**
 * Checks responses against callers' schemas. The checks run in a worker process, because a schema can
 * exhaust CPU and memory.
 */
export interface SchemaChecker {
  /** Throws `invalid-params`, reason `schema`, if the schema is invalid, too large or nested too deep. */
  checkSchema(schema: JsonObject, options: CheckOptions): Promise<void>
  /** Parses a text as JSON and checks the value against the schema. */
  checkResponse(schema: JsonObject, text: string, options: CheckOptions): Promise<CheckedResponse>
  close(): Promise<void>
}

/** Maximum length of a schema, in characters of JSON. */
const maxSchemaChars = 64 * 1024
/** Maximum depth of a schema, in levels. */
const maxSchemaDepth = 32

/** Creates a checker. The first check starts a worker. */
export function createSchemaChecker(overrides?: SandboxLimits): SchemaChecker {
  const sandbox = createSandbox({
    worker: () => import.meta.resolve('@mcp/server-sampling/worker'),
    timeoutMs: 2_000,
    maxMemoryMb: 128,
    overrides,
  })

  async function run(job: SchemaJob, options: CheckOptions): Promise<readonly string[]> {
    try {
      return z.array(z.string()).parse(await sandbox.run('validateResponse', job, options))
    } catch (thrown) {
      throw limitError(thrown, options.signal) ?? thrown
    }
  }

  return {
    async checkSchema(schema, options) {
      checkSize(schema)
      await run({ schema }, options)
    },
    async checkResponse(schema, text, options) {
      let value: unknown
      try {
        value = parseJson(withoutFence(text))
      } catch {
        return { isValid: false, problems: ['the response is not JSON'] }
      }
      const problems = await run({ schema, response: { value } }, options)
      return problems.length === 0 ? { isValid: true, value } : { isValid: false, problems }
    },
    close: () => sandbox.close(),
  }
}

function checkSize(schema: JsonObject): void {
  const text = JSON.stringify(schema)
  if (text.length > maxSchemaChars) {
    const message = `the schema has ${text.length} characters; the maximum is ${maxSchemaChars}`
    throw invalidParam('responseSchema', message, { reason: 'schema' })
  }
  try {
    parseJson(text, { maxDepth: maxSchemaDepth })
  } catch (cause) {
    const message = `the schema is nested deeper than ${maxSchemaDepth} levels`
    throw invalidParam('responseSchema', message, { reason: 'schema', cause })
  }
}

const fence = '```'

/** Removes the Markdown code fence that models often put around JSON. */
function withoutFence(text: string): string {
  const trimmed = text.trim()
  const firstEnd = trimmed.indexOf('\n')
  const isFenced = trimmed.startsWith(fence) && trimmed.endsWith(fence) && firstEnd !== -1
  return isFenced ? trimmed.slice(firstEnd, -fence.length) : trimmed
}

/** Returns an `invalid-params` error if the worker exceeded a limit, otherwise undefined. */
function limitError(thrown: unknown, signal: AbortSignal): McpError | undefined {
  if (!McpError.is(thrown) || signal.aborted) return undefined
  const isOver = thrown.code === 'timeout' || thrown.details?.['reason'] === 'memory-limit'
  return isOver
    ? invalidParam('responseSchema', 'checking the schema exceeds the limits of time or memory', {
        reason: 'schema',
        cause: thrown,
      })
    : undefined
}
