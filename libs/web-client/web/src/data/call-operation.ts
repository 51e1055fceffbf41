import type { database } from '@mcp/contracts/database'
import type { resources } from '@mcp/contracts/resources'
import type { roots } from '@mcp/contracts/roots'
import type { ParamsOf, ResultOf } from '@mcp/protocol'

import { sendCall } from './send-call.ts'

/** Request type of each server, and the key of the target in its requests. */
const servers = {
  database: { type: 'database-operation', target: 'database' },
  resources: { type: 'resource-access', target: 'resource' },
  roots: { type: 'root-operation', target: 'root' },
} as const

/** The contracts, as types only: their schemas are not part of the page. */
interface Contracts {
  readonly database: typeof database
  readonly resources: typeof resources
  readonly roots: typeof roots
}

export type OperationParams<
  Server extends keyof Contracts,
  Name extends keyof Contracts[Server]['operations'] & string,
> = ParamsOf<Contracts[Server], Name>

export type OperationResult<
  Server extends keyof Contracts,
  Name extends keyof Contracts[Server]['operations'] & string,
> = ResultOf<Contracts[Server], Name>

export interface CallSettings {
  /** An abort cancels the operation at its server. Default: none. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Calls an operation of a built-in server, with the types of its contract. The target is among the params.
 *
 * @throws McpError the error of the server.
 *
 * @example
 * const { content } = await callOperation('roots', 'readFile', { root: 'workspace', path: 'a.txt' })
 */
export function callOperation<
  Server extends keyof Contracts,
  Name extends keyof Contracts[Server]['operations'] & string,
>(
  server: Server,
  operation: Name,
  params: OperationParams<Server, Name>,
  settings?: CallSettings,
): Promise<OperationResult<Server, Name>>
export async function callOperation(
  server: keyof Contracts,
  operation: string,
  flat: Readonly<Record<string, unknown>>,
  { signal = new AbortController().signal }: CallSettings = {},
): Promise<unknown> {
  const { type, target } = servers[server]
  const { [target]: named, ...params } = flat
  const payload = { ...(named === undefined ? {} : { [target]: named }), operation, params }
  const { result } = await sendCall({ type, payload }, { signal })
  return result
}
