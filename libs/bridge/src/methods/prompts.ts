import { isRecord, McpError } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { OperationRunner } from '../calls/run-operation.ts'
import { findOperation, resultOf } from '../calls/run-operation.ts'
import { invalidParams, methodNotFound } from '../rpc/rpc-error.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import { foreignPrompt } from './foreign-prompt.ts'
import { listForeign, runForeign } from './foreign-servers.ts'
import type { Methods } from './method.ts'
import { pageOf } from './page.ts'
import { hasType, serverOf } from './server-of.ts'

/** Request type of prompts. */
const type = 'prompt-template'

/**
 * Maximum number of pages that are read from the prompts server for one response to `prompts/list`. Later
 * prompts are not listed.
 */
const maxPages = 50

/** Creates the methods of prompts. */
export function createPromptMethods(runner: OperationRunner): Methods {
  async function run(
    caller: Caller,
    call: Call,
    name: string,
    params: RpcParams,
    target?: string,
  ): Promise<RpcParams> {
    const server = serverOf(caller, type)
    const operation = server && findOperation(server, name, type)
    if (operation === undefined) throw methodNotFound(`prompts/${name}`)
    return resultOf(await runner.run(caller, call, { operation, target, params }))
  }

  async function listAll(caller: Caller, call: Call): Promise<RpcParams[]> {
    const all: RpcParams[] = []
    let cursor: unknown
    for (let pages = 0; pages < maxPages; pages++) {
      const params = typeof cursor === 'string' ? { cursor } : {}
      const { items, nextCursor } = await run(caller, call, 'list', params)
      if (Array.isArray(items)) all.push(...items.filter(isRecord))
      if (typeof nextCursor !== 'string') break
      cursor = nextCursor
    }
    return all
  }

  async function listOwn(caller: Caller, call: Call): Promise<RpcParams[]> {
    if (serverOf(caller, type) !== undefined) return (await listAll(caller, call)).map(toPrompt)
    if (hasType(caller, type)) return []
    throw methodNotFound('prompts/list')
  }

  /**
   * Parses arguments by the schemas that the prompt declares. A prompt of the prompts server may have arguments
   * that are not strings.
   */
  async function typedArguments(
    caller: Caller,
    call: Call,
    name: string,
    args: RpcParams,
  ): Promise<RpcParams> {
    const server = serverOf(caller, type)
    if (server === undefined || findOperation(server, 'get', type) === undefined) return args
    const { arguments: declared } = await run(caller, call, 'get', {}, name)
    const schemas = new Map(
      (Array.isArray(declared) ? declared : [])
        .filter(isRecord)
        .map((argument) => [argument['name'], argument['schema']]),
    )
    return Object.fromEntries(
      Object.entries(args).map(([key, value]) => [key, parseArgument(value, schemas.get(key))]),
    )
  }

  return {
    'prompts/list': async (caller, { cursor }, call) => {
      const own = await listOwn(caller, call)
      const names = new Set(own.map(({ name }) => name))
      const foreign = await listForeign(runner, caller, call, 'prompts/list', 'prompts')
      const others = foreign.map(({ item }) => item).filter(({ name }) => !names.has(name))
      const { items, next } = pageOf([...own, ...others], cursor)
      return { prompts: items, ...next }
    },
    'prompts/get': async (caller, { name, arguments: args = {} }, call) => {
      if (typeof name !== 'string') throw invalidParams('Invalid params: name must be a string.')
      if (!isRecord(args)) throw invalidParams('Invalid params: arguments must be an object.')
      try {
        const address = await foreignPrompt(runner, caller, call, name)
        if (address !== undefined) {
          const params = { arguments: args }
          return await runForeign(runner, caller, call, address.render, address.target, params)
        }
        const values = await typedArguments(caller, call, name, args)
        const { messages, description } = await run(
          caller,
          call,
          'render',
          { arguments: values },
          name,
        )
        return {
          ...(typeof description === 'string' ? { description } : {}),
          messages: toMessages(messages),
        }
      } catch (thrown) {
        throw promptError(thrown, name)
      }
    },
  }
}

function toPrompt(prompt: RpcParams): RpcParams {
  const { name, title, description, arguments: args, icons, _meta } = prompt
  const entries = { title, description, arguments: args, icons, _meta }
  return {
    name,
    ...Object.fromEntries(
      Object.entries(entries).filter(([, value]) => value !== undefined && value !== ''),
    ),
  }
}

/** Parses an argument of another type as JSON, because the standard has only strings as arguments. */
function parseArgument(value: unknown, schema: unknown): unknown {
  if (typeof value !== 'string' || !isRecord(schema)) return value
  const { type: expected } = schema
  if (expected === undefined || expected === 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    // The operation reports which type it expects.
    return value
  }
}

/** The standard has no system messages, so such a message becomes a user message with a heading. */
function toMessages(messages: unknown): RpcParams[] {
  return (Array.isArray(messages) ? messages : []).filter(isRecord).map(({ role, content }) => {
    const isSystem = role === 'system'
    if (typeof content !== 'string') return { role: isSystem ? 'user' : role, content }
    const text = isSystem ? `System instructions:\n${content}` : content
    return { role: isSystem ? 'user' : role, content: { type: 'text', text } }
  })
}

/** Converts the error of an unknown prompt to `invalid-params`, as the standard requires. */
function promptError(thrown: unknown, name: string): unknown {
  if (!McpError.is(thrown) || thrown.code !== 'not-found') return thrown
  return new McpError(
    'invalid-params',
    `Unknown prompt: ${name.slice(0, 100)}. ${thrown.message}`,
    {
      details: thrown.details,
    },
  )
}
