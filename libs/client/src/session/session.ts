import type { Contract, InteractionResponse, Operation, SuccessResponse } from '@mcp/protocol'

import type { BuiltinContract } from '../operations/builtin-contracts.ts'
import type { CallOptions } from '../operations/call-options.ts'
import type { NotificationsOptions, SessionNotification } from './notifications.ts'
import type { SessionInfo } from './session-info.ts'
import type { Input, Output } from '../operations/schema-types.ts'
import type { ToolMap, ToolsClient } from '../operations/tool-types.ts'

/** The part of a session that does not depend on contracts. */
export interface SessionCore extends AsyncDisposable {
  readonly id: string
  /** Description of the session when the client connected. */
  readonly info: SessionInfo
  /**
   * Sends a request of any type and resolves with its response.
   *
   * @throws McpError the error of an error response.
   */
  request(
    type: string,
    payload?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<SuccessResponse>
  /**
   * Iterates over the notifications of this session until the session is closed or expires. Each call
   * opens its own stream. The stream reconnects, resumes at its position and yields no notification twice.
   */
  notifications(options?: NotificationsOptions): AsyncIterableIterator<SessionNotification, void>
  /** Responds to the interaction of an `interaction-required` notification. */
  respond(
    interactionId: string,
    response: InteractionResponse,
    options?: Pick<CallOptions, 'signal' | 'timeoutMs'>,
  ): Promise<void>
  /** Publishes a notification to all subscribers of this session. */
  publish(
    type: string,
    data?: Readonly<Record<string, unknown>>,
    options?: Pick<CallOptions, 'signal' | 'timeoutMs' | 'retries' | 'id'>,
  ): Promise<void>
  /** Closes the session at the session manager. Also resolves if the session no longer exists. */
  close(): Promise<void>
}

/** One operation as a method. If all params are optional, the argument is optional. */
export type Call<Op extends Operation> =
  {} extends Input<Op['params']>
    ? (params?: Input<Op['params']>, options?: OptionsOf<Op>) => Promise<Output<Op['result']>>
    : (params: Input<Op['params']>, options?: OptionsOf<Op>) => Promise<Output<Op['result']>>

type OptionsOf<Op extends Operation> = CallOptions<Output<NonNullable<Op['chunk']>>>

/** The operations of one server as methods. */
export type ContractClient<C extends Contract> = {
  readonly [Name in keyof C['operations']]: Call<C['operations'][Name]>
}

/** A session with one property per contract, such as `session.tools` or `session.weather`. */
export type Session<
  Contracts extends readonly Contract[] = [],
  Tools extends ToolMap = Record<never, never>,
> = SessionCore & {
  readonly [C in BuiltinContract | Contracts[number] as C['name']]: ContractClient<C>
} & { readonly tools: ToolsClient<Tools> }
