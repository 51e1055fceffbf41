import type { InteractionRequest } from '@mcp/protocol'
import { isRecord, McpError } from '@mcp/protocol'

import type { RelayedCall } from '../calls/relayed-call.ts'

type Json = Readonly<Record<string, unknown>>

/** Responds to requests of a server in place of the caller. */
export interface Substitutes {
  /** Returns the roots that the entry names. This is undefined if the entry names no roots. */
  readonly roots?: (() => Promise<readonly Json[]>) | undefined
  /** Returns the result of `sampling/createMessage` of the sampling server. */
  readonly sample?: ((params: Json, call: RelayedCall | undefined) => Promise<Json>) | undefined
}

/**
 * Returns the result of a request of an upstream server: `elicitation/create`, `sampling/createMessage` or
 * `roots/list`. The caller of `call` responds. A substitute responds to `roots/list` if the entry names roots,
 * and to `sampling/createMessage` if the caller cannot.
 *
 * @throws McpError `unavailable` if the caller cannot respond, `forbidden` if it declines sampling or roots
 * (the result of `elicitation/create` reports a decline), `unknown-type` for another method.
 */
export async function respondToServer(
  method: string,
  params: Json,
  call: RelayedCall | undefined,
  { roots, sample }: Substitutes,
  key?: string,
): Promise<Json> {
  if (method === 'roots/list' && roots !== undefined) return { roots: await roots() }
  const interaction = toInteraction(method, params, key)
  if (interaction === undefined) throw new McpError('unknown-type', `Method not found: ${method}`)
  try {
    if (call?.ask === undefined)
      throw new McpError('unavailable', `No caller can respond to ${method}.`)
    return toResult(method, await call.ask(interaction))
  } catch (thrown) {
    const isUnable = McpError.is(thrown) && thrown.code === 'unavailable'
    if (!isUnable || sample === undefined || method !== 'sampling/createMessage') throw thrown
    return sample(params, call)
  }
}

function toInteraction(method: string, params: Json, key?: string): InteractionRequest | undefined {
  const named = key === undefined ? {} : { key }
  if (method === 'roots/list') {
    return { kind: 'roots', message: 'The server requests the list of your roots.', ...named }
  }
  if (method === 'sampling/createMessage') {
    const message = 'The server requests a message of your language model.'
    return { kind: 'sampling', message, sampling: params, ...named }
  }
  if (method !== 'elicitation/create') return undefined
  const { message, url, requestedSchema } = params
  return {
    kind: 'elicitation',
    message: typeof message === 'string' ? message : '',
    ...(typeof url === 'string' ? { url } : {}),
    ...(isRecord(requestedSchema) ? { schema: requestedSchema } : {}),
    ...named,
  }
}

function toResult(
  method: string,
  { action, content }: { readonly action: string; readonly content?: Json | undefined },
): Json {
  if (method === 'elicitation/create') {
    return { action, ...(content === undefined ? {} : { content }) }
  }
  if (action === 'accept' && content !== undefined) return content
  throw new McpError('forbidden', `The user declined ${method}.`, {
    details: { reason: 'interaction-declined' },
  })
}

/** Returns an error whose code the SDK sends to a legacy server. */
export function toRpcError(thrown: unknown): Error {
  const error = McpError.from(thrown)
  return Object.assign(new Error(error.message), { code: rpcCodeOf(error) })
}

function rpcCodeOf({ code, details }: McpError): number {
  if (code === 'unknown-type' || code === 'unavailable') return -32601
  return details?.['reason'] === 'interaction-declined' ? -1 : -32603
}
