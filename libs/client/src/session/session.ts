import type {
  Contract,
  InteractionResponse,
  NotificationsOf,
  Operation,
  Schema,
  SuccessResponse,
} from '@mcp/protocol'

import type { BuiltinContract } from '../operations/builtin-contracts.ts'
import type { CallOptions } from '../operations/call-options.ts'
import type { NotificationsOptions, SessionNotification } from './notifications.ts'
import type { SessionInfo } from './session-info.ts'
import type { Input, Output } from '../operations/schema-types.ts'
import type { ToolMap, ToolsClient } from '../operations/tool-types.ts'

/** Data of notifications by type. */
export type NotificationData = Readonly<Record<string, unknown>>

/** The notifications of `Type`. Those that a contract declares have data of its type. */
export type NotificationOf<
  Data extends NotificationData,
  Type extends string,
> = Type extends keyof Data ? SessionNotification<Type, Data[Type]> : SessionNotification<Type>

/** The part of a session that does not depend on operations. */
export interface SessionCore<
  Data extends NotificationData = Record<never, never>,
> extends AsyncDisposable {
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
   * If `types` is given, it yields only notifications of these types. Their data has the type in their
   * contract. Unless `types` excludes it, the last notification is `session-closed` or `session-expired`.
   *
   * @throws McpError `session-not-found` if the session has ended before.
   */
  notifications<const Type extends string = string>(
    options?: NotificationsOptions<Type>,
  ): AsyncIterableIterator<NotificationOf<Data, Type>, void>
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
  Output<Op['result']> extends PageOfRows
    ? CallForRows<Input<Op['params']>, Output<Op['result']>>
    : {} extends Input<Op['params']>
      ? (
          params?: Input<Op['params']>,
          options?: CallOptions<Output<NonNullable<Op['chunk']>>>,
        ) => Promise<Output<Op['result']>>
      : (
          params: Input<Op['params']>,
          options?: CallOptions<Output<NonNullable<Op['chunk']>>>,
        ) => Promise<Output<Op['result']>>

/** Result with rows in one of the two formats of the database server. */
interface PageOfRows {
  readonly columns: unknown
  readonly rows: (Record<string, unknown> | unknown[])[]
}

/** An operation that returns rows: `query<{ id: number }>({ sql })`. The type of rows is not checked. */
interface CallForRows<Params, Result extends PageOfRows> {
  (
    params: Params & { readonly rowFormat: 'array' },
    options?: CallOptions,
  ): Promise<WithRows<Result, unknown[]>>
  <Row = Record<string, unknown>>(
    params: Params & { readonly rowFormat?: 'object' | undefined },
    options?: CallOptions,
  ): Promise<WithRows<Result, Row>>
  (params: Params, options?: CallOptions): Promise<Result>
}

type WithRows<Result, Row> = {
  [Key in keyof Result]: Key extends 'rows' ? Row[] : Result[Key]
}

/** The operations of one server as methods. */
export type ContractClient<C extends Contract> = {
  readonly [Name in keyof C['operations']]: Call<C['operations'][Name]>
}

/** Data of the notifications of contracts, by notification type. */
export type NotificationDataOf<C extends Contract> = {
  readonly [Pair in C extends Contract ? PairOf<NotificationsOf<C>> : never as Pair[0]]: Pair[1]
}

type PairOf<Schemas extends Record<string, Schema>> = {
  [Type in keyof Schemas & string]: [Type, Output<Schemas[Type]>]
}[keyof Schemas & string]

/** A session with one property per contract, such as `session.tools` or `session.weather`. */
export type Session<
  Contracts extends readonly Contract[] = [],
  Tools extends ToolMap = Record<never, never>,
> = SessionCore<NotificationDataOf<BuiltinContract | Contracts[number]>> & {
  readonly [C in BuiltinContract | Contracts[number] as C['name']]: ContractClient<C>
} & { readonly tools: ToolsClient<Tools> }
