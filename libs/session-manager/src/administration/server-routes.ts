import { openApi } from '@mcp/http'

import type { Route } from '../http/route.ts'
import type { ServerHandlers } from './server-handlers.ts'

const { json, ref, responseOf } = openApi

const noContentOf = (description: string) => ({ 204: { description } })

/** Returns the routes with which operators change the servers behind the dispatcher. */
export function createServerRoutes(servers: ServerHandlers): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/servers',
      operationId: 'addServer',
      summary: 'Add a standard MCP server',
      description:
        'For operators: the names in MCP_OPERATORS or, without authentication, programs on this machine. The server is added again after a restart. A server with a command requires MCP_ALLOW_COMMANDS=true.',
      access: 'caller',
      body: () => json(ref('NewServer')),
      responses: { 201: responseOf('The server is added.', { type: 'object' }) },
      handle: servers.add,
    },
    {
      method: 'DELETE',
      path: '/servers/{server}',
      operationId: 'removeServer',
      summary: 'Remove a server that an operator has added',
      description:
        'Its calls in flight complete. A server that the MCP configuration file defines must be removed from that file.',
      access: 'caller',
      responses: noContentOf('The server is removed.'),
      handle: servers.remove,
    },
    {
      method: 'POST',
      path: '/servers/{server}/restart',
      operationId: 'restartServer',
      summary: 'Close the connections of a server',
      description: 'The next call opens a new connection, without the delay after a failure.',
      access: 'caller',
      responses: noContentOf('The connections are closed.'),
      handle: servers.restart,
    },
    {
      method: 'POST',
      path: '/servers/{server}/authorize',
      operationId: 'authorizeServer',
      summary: 'Start the login at a server',
      access: 'caller',
      responses: {
        200: responseOf('The address of the login, if one is needed.', { type: 'object' }),
      },
      handle: servers.authorize,
    },
    {
      method: 'POST',
      path: '/servers/{server}/approve',
      operationId: 'approveServer',
      summary: 'Approve the changed definitions of the tools of a server',
      access: 'caller',
      body: () => json(ref('ToolApproval')),
      responses: noContentOf('The definitions are approved.'),
      handle: servers.approve,
    },
  ]
}
