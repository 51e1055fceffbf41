import { isRecord, McpError } from '@mcp/protocol'
import type { InteractionRequest, InteractionResponse } from '@mcp/protocol'

import type { RpcParams } from '../rpc/rpc-message.ts'
import type { Caller } from './caller.ts'

/** An interaction as a JSON-RPC request to the client. */
export interface ClientRequest {
  /** Name of the interaction within its call, if the operation chose one. */
  readonly key?: string | undefined
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list'
  readonly params: RpcParams
}

const emptyForm = { type: 'object', properties: {} } as const

/** Returns the JSON-RPC request for an interaction of an operation. */
export function toClientRequest(interaction: InteractionRequest): ClientRequest {
  const { kind, key, message, schema, url, sampling } = interaction
  if (kind === 'sampling') return { key, method: 'sampling/createMessage', params: sampling ?? {} }
  if (kind === 'roots') return { key, method: 'roots/list', params: {} }
  return {
    key,
    method: 'elicitation/create',
    params:
      url === undefined
        ? { mode: 'form', message, requestedSchema: schema ?? emptyForm }
        : { mode: 'url', message, url },
  }
}

/**
 * Converts the result that a client sent for a request to the response to the interaction.
 *
 * @throws McpError `invalid-params` for a result of `elicitation/create` without a valid action.
 */
export function toInteractionResponse(
  { method }: ClientRequest,
  result: RpcParams,
): InteractionResponse {
  if (method !== 'elicitation/create') return { action: 'accept', content: result }
  const { action, content } = result
  if (action !== 'accept' && action !== 'decline' && action !== 'cancel') {
    throw new McpError(
      'invalid-params',
      'Invalid response of the client to elicitation/create: action must be "accept", "decline" or "cancel".',
    )
  }
  return isRecord(content) ? { action, content } : { action }
}

/** Returns the capability that a request needs and the client has not declared, or undefined. */
export function missingCapability(
  { method, params }: ClientRequest,
  { capabilities }: Caller['client'],
): RpcParams | undefined {
  const { elicitation, sampling, roots } = capabilities
  if (method === 'roots/list') return isRecord(roots) ? undefined : { roots: {} }
  if (method === 'sampling/createMessage') {
    if (!isRecord(sampling)) return { sampling: {} }
    if (params['tools'] === undefined || isRecord(sampling['tools'])) return undefined
    return { sampling: { tools: {} } }
  }
  const mode = params['mode'] === 'url' ? 'url' : 'form'
  if (!isRecord(elicitation)) return { elicitation: { [mode]: {} } }
  // Before modes existed, clients declared an empty object for forms.
  const hasForm = isRecord(elicitation['form']) || !isRecord(elicitation['url'])
  const isDeclared = mode === 'url' ? isRecord(elicitation['url']) : hasForm
  return isDeclared ? undefined : { elicitation: { [mode]: {} } }
}

/** Creates the error for an interaction that the client does not support. */
export function unsupportedInteraction({ method }: ClientRequest, required: RpcParams): McpError {
  return new McpError(
    'unavailable',
    `This operation needs ${method} of the client, which has not declared the capability ${Object.keys(required).join(', ')}.`,
    {
      retryable: false,
      details: { reason: 'missing-capability', requiredCapabilities: required },
    },
  )
}
