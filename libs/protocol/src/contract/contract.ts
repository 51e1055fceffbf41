import type * as z from 'zod'

import { assertSchema } from './operation.ts'
import type { Operation, Schema } from './operation.ts'

/**
 * The operations and notifications of one server. A contract is the source of validation, the typed
 * client, forms, OpenAPI, the tool list for standard MCP clients and the reference documentation.
 */
export interface Contract<
  Name extends string = string,
  Operations extends Record<string, Operation> = Record<string, Operation>,
  Notifications extends Record<string, Schema> = Record<string, Schema>,
> {
  /** Name of the server, and of the client's property: `session.weather`. */
  readonly name: Name
  /** Request type of the operations, such as `weather-forecast`. */
  readonly type: string
  /** Key of the payload, such as `place`, whose value identifies the object of the operation. */
  readonly target: string
  /** The target of all operations, if callers do not choose one. */
  readonly fixedTarget?: string | undefined
  /** Semantic version of the contract. */
  readonly version: string
  readonly operations: Operations
  /** Schemas of the data of notifications, by notification type. */
  readonly notifications?: Notifications | undefined
  /**
   * Names of operations by additional request type. The whole payload of such a request is the params
   * of the operation. The type of the names is `string`. With `keyof Operations`, TypeScript 5 would
   * not accept a specific contract as an argument of type `Contract`.
   */
  readonly aliases: Readonly<Record<string, string>>
}

export interface ContractDefinition<
  Name extends string,
  Operations extends Record<string, Operation>,
  Notifications extends Record<string, Schema>,
> {
  readonly name: Name
  readonly type: string
  readonly target: string
  readonly fixedTarget?: string
  readonly version: string
  readonly operations: Operations
  readonly notifications?: Notifications
  readonly aliases?: Readonly<Record<string, keyof NoInfer<Operations> & string>>
}

/**
 * Declares the operations of a server.
 *
 * @example
 * export const weather = defineContract({
 *   name: 'weather',
 *   type: 'weather-forecast',
 *   target: 'place',
 *   version: '1.0.0',
 *   operations: { forecast: operation({ … }) },
 * })
 */
export function defineContract<
  const Name extends string,
  Operations extends Record<string, Operation>,
  Notifications extends Record<string, Schema> = Record<never, Schema>,
>(
  definition: ContractDefinition<Name, Operations, Notifications>,
): Contract<Name, Operations, Notifications> {
  for (const [type, schema] of Object.entries(definition.notifications ?? {})) {
    assertSchema(`The schema of the notification "${type}"`, schema)
  }
  return { ...definition, aliases: definition.aliases ?? {} }
}

/**
 * Params of an operation as a caller passes them: params with a default are optional.
 *
 * @example
 * type TotalParams = ParamsOf<typeof orders, 'total'>
 */
export type ParamsOf<C extends Contract, Name extends keyof C['operations']> = z.input<
  C['operations'][Name]['params']
>

/** Result of an operation. */
export type ResultOf<C extends Contract, Name extends keyof C['operations']> = z.output<
  C['operations'][Name]['result']
>

/** Schemas of the notifications of a contract, by notification type. */
export type NotificationsOf<C extends Contract> =
  C extends Contract<string, C['operations'], infer Notifications extends Record<string, Schema>>
    ? Notifications
    : Record<never, Schema>
