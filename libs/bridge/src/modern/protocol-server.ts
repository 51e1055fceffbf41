import { inputRequired, McpServer, ProtocolError } from '@modelcontextprotocol/server'
import type { Result, ServerContext } from '@modelcontextprotocol/server'
import { isRecord, logLevels, McpError } from '@mcp/protocol'
import * as z from 'zod'

import type { Call, Caller } from '../calls/caller.ts'
import { capabilitiesOf } from '../calls/capabilities.ts'
import {
  unsupportedInteraction,
  missingCapability,
  toClientRequest,
} from '../calls/client-interactions.ts'
import { toErrorResult } from '../calls/tool-result.ts'
import type { Methods } from '../methods/method.ts'
import { toRpcError } from '../rpc/rpc-error.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import type { StateSeal } from './sealed-state.ts'
import { digestOf } from './sealed-state.ts'
import type { Ask, RunMethod } from './waiting-call.ts'
import type { RoundResult } from './round-result.ts'
import type { WaitingCalls } from './waiting-calls.ts'
import { invalidState } from './waiting-calls.ts'

export interface ProtocolServerOptions {
  readonly methods: Methods
  readonly waitingCalls: WaitingCalls
  readonly seal: StateSeal
  readonly serverInfo: { readonly name: string; readonly version: string }
  readonly onError: (error: unknown) => void
}

/** The part of a caller that is known before its request is read. */
export type RequestScope = Omit<Caller, 'sessionId' | 'client' | 'isLegacy'> & {
  /** Returns the id of the principal's session. */
  readonly session: () => Promise<string>
  readonly instructions: string
}

const interactiveMethods = ['tools/call', 'prompts/get', 'resources/read'] as const
const otherMethods = [
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'prompts/list',
  'completion/complete',
] as const

// The methods validate their params themselves, with messages that are the same for both eras.
const anyParams = z.looseObject({})

/** The server of the SDK for one request, with the methods of this system. */
class ProtocolServer extends McpServer {
  readonly #scope: RequestScope

  constructor(scope: RequestScope, options: ProtocolServerOptions) {
    const { seal, serverInfo } = options
    super(serverInfo, {
      capabilities: capabilitiesOf(scope),
      instructions: scope.instructions,
      requestState: {
        verify: async (state) => {
          if ((await seal.open(state)) === undefined) throw invalidState()
        },
      },
    })
    this.#scope = scope
  }

  /** Returns the input schema of a tool, with which the SDK validates `Mcp-Param-*` headers. */
  override toolInputSchemaJson(name: string): Record<string, unknown> | undefined {
    const schema = this.#scope.view.find(name)?.definition.inputSchema
    return schema === undefined ? undefined : { ...schema }
  }
}

export function createProtocolServer(
  scope: RequestScope,
  options: ProtocolServerOptions,
): ProtocolServer {
  const { methods, onError } = options
  const server = new ProtocolServer(scope, options)

  /** Runs a handler, and converts its error to one of the SDK. */
  async function attempt(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run()
    } catch (thrown) {
      if (McpError.from(thrown).code === 'internal') onError(thrown)
      const { code, message, data } = toRpcError(thrown)
      throw new ProtocolError(code, message, data)
    }
  }

  for (const method of otherMethods) {
    if (!isOffered(method, scope)) continue
    server.server.setRequestHandler(method, { params: anyParams }, (params, context) =>
      attempt(async () => {
        const caller = await callerOf(scope, context)
        const call: Call = { ...callOf(context), signal: context.mcpReq.signal, ask: refuse }
        return toResult(await methods[method]?.(caller, params, call))
      }),
    )
  }
  for (const method of interactiveMethods) {
    if (!isOffered(method, scope)) continue
    server.server.setRequestHandler(method, { params: anyParams }, (params, context) =>
      attempt(async () => {
        const caller = await callerOf(scope, context)
        const result = await runRounds(method, params, caller, context).catch((thrown: unknown) =>
          failedRound(method, thrown),
        )
        if (method !== 'tools/call' || result['resultType'] !== undefined) return result
        const tool = scope.view.find(String(params['name']))
        return project(server, result, tool?.definition.outputSchema)
      }),
    )
  }
  return server

  async function runRounds(
    method: string,
    params: RpcParams,
    caller: Caller,
    context: ServerContext,
  ): Promise<Result> {
    const { inputResponses = {}, signal } = context.mcpReq
    const { _meta, ...own } = params
    const scopeKey = JSON.stringify([caller.principal ?? null, scope.view.name, caller.sessionId])
    const digest = await digestOf(JSON.stringify([method, own]))
    const { meta, notify } = callOf(context)
    const round = { scope: scopeKey, digest, responses: inputResponses, signal, notify }
    const state = context.mcpReq.requestState()
    const runMethod: RunMethod = async (started, ask) => {
      const call: Call = { ...started, meta, ask: askOf(caller, ask) }
      return methods[method]?.(caller, own, call)
    }
    const { waitingCalls } = options
    const outcome = await (typeof state === 'string'
      ? waitingCalls.resume(round, state, runMethod)
      : waitingCalls.start(round, runMethod))
    return toOutcome(outcome)
  }
}

/**
 * Returns the result of a `tools/call` whose round failed. Invalid params, a missing capability and the failure
 * of any other method are errors of the request.
 *
 * @throws the given error if it is an error of the request.
 */
function failedRound(method: string, thrown: unknown): Result {
  const { code, details } = McpError.from(thrown)
  const isOfRequest = code === 'invalid-params' || details?.['reason'] === 'missing-capability'
  if (method !== 'tools/call' || isOfRequest) throw thrown
  return { ...toErrorResult(thrown) }
}

function toOutcome(outcome: RoundResult): Result {
  if (outcome.type === 'done') return toResult(outcome.result)
  const { requestState } = outcome
  const inputRequests = Object.fromEntries(
    Object.entries(outcome.inputRequests).map(([key, { method, params }]) => [
      key,
      { method, params },
    ]),
  )
  return { ...inputRequired({ requestState }), inputRequests }
}

function toResult(value: unknown): Result {
  return isRecord(value) ? { ...value } : {}
}

function project(
  { server }: ProtocolServer,
  result: Result,
  outputSchema: RpcParams | undefined,
): Result {
  const { content } = result
  return server.projectCallToolResult(
    { ...result, content: Array.isArray(content) ? content : [] },
    outputSchema,
  )
}

async function callerOf(scope: RequestScope, { mcpReq }: ServerContext): Promise<Caller> {
  const { principal, claims, address, servers, view } = scope
  const envelope: RpcParams = mcpReq.envelope ?? {}
  const capabilities = envelope['io.modelcontextprotocol/clientCapabilities']
  const level = envelope['io.modelcontextprotocol/logLevel']
  const info = envelope['io.modelcontextprotocol/clientInfo']
  const client = {
    capabilities: isRecord(capabilities) ? capabilities : {},
    logLevel: logLevels.find((each) => each === level),
    info: isRecord(info)
      ? { name: String(info['name']), version: String(info['version']) }
      : undefined,
  }
  const sessionId = await scope.session()
  return { sessionId, principal, claims, address, client, servers, view, isLegacy: false }
}

function callOf({ mcpReq }: ServerContext): Pick<Call, 'meta' | 'notify'> {
  const { _meta: meta = {} } = mcpReq
  return {
    meta,
    notify(method, params) {
      // The connection of the round may have closed. Its notifications are then lost.
      mcpReq.notify({ method, params: { ...params } }).catch(() => {})
    },
  }
}

function askOf({ client }: Caller, ask: Ask): Call['ask'] {
  return async (interaction) => {
    const request = toClientRequest(interaction)
    const missing = missingCapability(request, client)
    if (missing !== undefined) throw unsupportedInteraction(request, missing)
    return ask(request)
  }
}

async function refuse(): Promise<never> {
  throw new McpError('unavailable', 'This method cannot request interactions of the client.', {
    retryable: false,
  })
}

function isOffered(method: string, scope: RequestScope): boolean {
  const { resources, prompts, completions } = { ...optional, ...capabilitiesOf(scope) }
  if (method.startsWith('resources/')) return resources !== undefined
  if (method.startsWith('prompts/')) return prompts !== undefined
  return method !== 'completion/complete' || completions !== undefined
}

const optional = { resources: undefined, prompts: undefined, completions: undefined }
