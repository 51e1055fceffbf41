import type { Operation, Schema } from './operation.ts'

/**
 * The operations and notifications of one server. Validation, the typed client, forms, OpenAPI, the
 * tool list for standard MCP clients and the reference documentation all derive from it.
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
  /** Key next to `operation` that identifies the object of the operation, such as `place`. */
  readonly target: string
  /** The target of all operations, if callers do not choose one. */
  readonly fixedTarget?: string | undefined
  /** Semantic version of the contract. */
  readonly version: string
  readonly operations: Operations
  /** Schemas of the data of notifications, by notification type. */
  readonly notifications?: Notifications | undefined
  /**
   * Further request types, each with the name of the operation whose params are its whole payload.
   * The names are plain strings here: `keyof Operations` would make a contract invariant for
   * TypeScript 5, which then refuses it for parameters of the type `Contract`.
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
  return { ...definition, aliases: definition.aliases ?? {} }
}
