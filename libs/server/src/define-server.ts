import type { Contract, HandlerContext, MaybePromise, NotificationsOf } from '@mcp/protocol'
import { builtinServers } from '@mcp/contracts'
import type * as z from 'zod'

import type { LocalServer } from './create-server.ts'
import { createServer } from './create-server.ts'
import type { ServerOptions } from './server-options.ts'

/** Handlers by operation name, with one handler for each operation of a contract. */
export type Handlers<C extends Contract> = {
  readonly [Name in keyof C['operations']]: (
    params: z.output<C['operations'][Name]['params']>,
    context: HandlerContext<
      NotificationsOf<C>,
      z.input<NonNullable<C['operations'][Name]['chunk']>>
    >,
  ) => MaybePromise<z.output<C['operations'][Name]['result']>>
}

export interface DefineServerOptions<Name extends string = string> extends ServerOptions {
  /**
   * Operations that limit their results themselves. Their results are returned whole, regardless of
   * size.
   */
  readonly selfPaging?: readonly Name[] | undefined
}

const builtinSources: ReadonlyMap<string, string> = new Map(
  Object.values(builtinServers).map(({ name, source }) => [name, source]),
)

/**
 * Creates a server from a contract and a handler for each of its operations.
 *
 * @example
 * const server = defineServer(weather, {
 *   forecast: ({ city, days }) => ({ highs: highsOf(city).slice(0, days) }),
 * })
 */
export function defineServer<C extends Contract>(
  contract: C,
  handlers: NoInfer<Handlers<C>>,
  options: DefineServerOptions<NoInfer<keyof C['operations'] & string>> = {},
): LocalServer {
  const { name, type, target: targetKey, fixedTarget: target, aliases } = contract
  const types = [type, ...Object.keys(aliases)]
  return createServer({
    name,
    source: options.source ?? builtinSources.get(name) ?? name,
    version: contract.version,
    groups: [
      {
        type,
        targetKey,
        target,
        operations: contract.operations,
        handlers,
        aliases,
        selfPaging: options.selfPaging,
      },
    ],
    notifications: contract.notifications,
    routes: types.map((routedType) => ({ type: routedType, targetKey })),
    options,
  })
}
