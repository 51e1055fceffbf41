import type { Operation, Schema } from './operation.ts'

/**
 * What one server can do, said once. Validation, the typed client, forms, OpenAPI, the listing for
 * standard MCP clients and the reference docs all derive from it.
 */
export interface Contract<
  Name extends string = string,
  Operations extends Record<string, Operation> = Record<string, Operation>,
  Notifications extends Record<string, Schema> = Record<string, Schema>,
> {
  /** The server's name, and the client's property: `session.weather`. */
  readonly name: Name
  /** The request type it answers, such as `weather-forecast`. */
  readonly type: string
  /** The key beside `operation` that names what is acted on, such as `place`. */
  readonly target: string
  /** The target all operations are for, where callers do not name one. */
  readonly fixedTarget?: string | undefined
  /** Semantic version of the contract. */
  readonly version: string
  readonly operations: Operations
  /** What it tells clients unasked, if anything: the data's schema by notification type. */
  readonly notifications?: Notifications | undefined
  /** Further request types whose whole payload is the params of one operation. */
  readonly aliases: Readonly<Record<string, keyof Operations & string>>
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
 * Declares what a server can do.
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
