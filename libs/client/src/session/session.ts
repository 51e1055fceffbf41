import type { Contract, InteractionResponse, Operation, SuccessResponse } from '@mcp/protocol'

import type { BuiltinContract } from '../operations/builtin-contracts.ts'
import type { CallOptions } from '../operations/call-options.ts'
import type { NotificationsOptions, SessionNotification } from './notifications.ts'
import type { Input, Output } from '../operations/schema-types.ts'
import type { ToolMap, ToolsClient } from '../operations/tool-types.ts'

/** What the session manager says of a session. */
export interface SessionInfo {
  readonly sessionId: string
  readonly clientId: string
  readonly createdAt: string
  readonly lastActivity: string
  readonly expiresAt: string
  readonly status: string
  readonly metadata: Readonly<Record<string, unknown>>
}

/** What every session can do, whatever servers there are. */
export interface SessionCore extends AsyncDisposable {
  readonly id: string
  /** What the session manager said of it when this client connected. */
  readonly info: SessionInfo
  /**
   * Sends a request of any type and resolves with its answer as it came.
   *
   * @throws McpError what the answer says where it is an error.
   */
  request(
    type: string,
    payload?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<SuccessResponse>
  /**
   * What servers tell this session, until it is closed or expires. Each call opens a stream of its
   * own, which reconnects and resumes by itself and yields nothing twice.
   */
  notifications(options?: NotificationsOptions): AsyncIterableIterator<SessionNotification, void>
  /** Answers a question that an `interaction-required` notification put to a person. */
  answer(
    interactionId: string,
    answer: InteractionResponse,
    options?: Pick<CallOptions, 'signal' | 'timeoutMs'>,
  ): Promise<void>
  /** Tells everyone who listens to this session something. */
  publish(
    type: string,
    data?: Readonly<Record<string, unknown>>,
    options?: Pick<CallOptions, 'signal' | 'timeoutMs' | 'retries' | 'id'>,
  ): Promise<void>
  /** Closes the session at the session manager. Closing one that is gone is not an error. */
  close(): Promise<void>
}

/** One operation as a method: params it may leave out are optional as a whole. */
export type Call<Op extends Operation> =
  {} extends Input<Op['params']>
    ? (params?: Input<Op['params']>, options?: OptionsOf<Op>) => Promise<Output<Op['result']>>
    : (params: Input<Op['params']>, options?: OptionsOf<Op>) => Promise<Output<Op['result']>>

type OptionsOf<Op extends Operation> = CallOptions<Output<NonNullable<Op['chunk']>>>

/** One server's operations as methods. */
export type ContractClient<C extends Contract> = {
  readonly [Name in keyof C['operations']]: Call<C['operations'][Name]>
}

/** A session with one property for each contract it knows: `session.tools`, `session.weather`. */
export type Session<
  Contracts extends readonly Contract[] = [],
  Tools extends ToolMap = Record<never, never>,
> = SessionCore & {
  readonly [C in BuiltinContract | Contracts[number] as C['name']]: ContractClient<C>
} & { readonly tools: ToolsClient<Tools> }
