import type { resources } from '@mcp/contracts/resources'
import type { roots } from '@mcp/contracts/roots'
import type { ParamsOf, ResultOf } from '@mcp/protocol'

import { sendCall } from '../console/send-call.ts'

/** Request type of each server, and the key of the target in its requests. */
const servers = {
  resources: { type: 'resource-access', target: 'resource' },
  roots: { type: 'root-operation', target: 'root' },
} as const

/** The contracts, as types only: their schemas are not part of the page. */
interface Contracts {
  readonly resources: typeof resources
  readonly roots: typeof roots
}

export type RootsResult<Name extends keyof (typeof roots)['operations']> = ResultOf<
  typeof roots,
  Name
>

export type ResourcesResult<Name extends keyof (typeof resources)['operations']> = ResultOf<
  typeof resources,
  Name
>

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
  params: ParamsOf<Contracts[Server], Name>,
  settings?: CallSettings,
): Promise<ResultOf<Contracts[Server], Name>>
export async function callOperation(
  server: keyof Contracts,
  operation: string,
  flat: Readonly<Record<string, unknown>>,
  { signal = new AbortController().signal }: CallSettings = {},
): Promise<unknown> {
  const { type, target } = servers[server]
  const { [target]: named, ...params } = flat
  const payload = { ...(named === undefined ? {} : { [target]: named }), operation, params }
  const { result } = await sendCall({ type, payload }, { signal, onProgress: () => {} })
  return result
}
