import type { Call, Caller } from '../calls/caller.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'

/**
 * A method of the standard. Returns the result.
 *
 * @throws McpError which becomes a JSON-RPC error.
 */
export type Method = (caller: Caller, params: RpcParams, call: Call) => unknown

/** Methods by name, such as `tools/call`. */
export type Methods = Readonly<Record<string, Method>>
