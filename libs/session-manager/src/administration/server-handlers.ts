import { chain } from '@mcp/concurrency'
import { jsonResponse, readJson, readOptionalJson } from '@mcp/http'
import type { BodyLimits } from '@mcp/http'
import { McpError, parseValue } from '@mcp/protocol'

import { admitOperator } from './admit-operator.ts'
import { bodySchemas } from '../http/body-schemas.ts'
import { noContent } from '../http/responses.ts'
import type { RouteCall, RouteHandler } from '../http/route.ts'
import type { ServerAdministration } from './server-administration.ts'

export interface ServerHandlersOptions {
  readonly administration: ServerAdministration | undefined
  readonly operators: readonly string[]
  readonly isAuthenticated: boolean
  readonly limits: Readonly<Record<keyof BodyLimits, number>>
}

export type ServerHandlers = Readonly<
  Record<'add' | 'remove' | 'restart' | 'authorize' | 'approve', RouteHandler>
>

/** Creates the handlers with which operators change the servers behind the dispatcher. */
export function createServerHandlers(options: ServerHandlersOptions): ServerHandlers {
  const { administration, isAuthenticated, limits } = options
  const operators = new Set(options.operators)

  /** @throws McpError `forbidden`, or `not-found` if there are no servers to change. */
  function admit({ request, owner }: RouteCall): ServerAdministration {
    admitOperator({ request, owner, isAuthenticated }, operators)
    if (administration !== undefined) return administration
    throw new McpError('not-found', 'The servers of this session manager cannot be changed.')
  }

  function unsupported(action: string): McpError {
    return new McpError(
      'not-found',
      `This session manager does not support "${action}" for its servers.`,
    )
  }

  return {
    add(call) {
      const servers = admit(call)
      const body = readJson(call.request, limits)
      const { name, ...definition } = parseValue('server', bodySchemas().newServer, body)
      return chain(servers.add(name, definition), () => jsonResponse(201, { name }))
    },
    remove(call) {
      return chain(admit(call).remove(nameIn(call)), () => noContent)
    },
    restart(call) {
      return chain(admit(call).restart(nameIn(call)), () => noContent)
    },
    authorize(call) {
      const servers = admit(call)
      if (servers.authorize === undefined) throw unsupported('authorize')
      return chain(servers.authorize(nameIn(call), { principal: call.owner }), (login) =>
        jsonResponse(200, login),
      )
    },
    approve(call) {
      const servers = admit(call)
      if (servers.approve === undefined) throw unsupported('approve')
      const { approval } = bodySchemas()
      const { tools } = parseValue('approval', approval, readOptionalJson(call.request, limits))
      return chain(servers.approve(nameIn(call), tools), () => noContent)
    },
  }
}

const nameIn = ({ path }: RouteCall): string => path.server ?? ''
