import { addedServer, newServerBody, startedLogin, toolApprovalBody } from '@mcp/protocol/rest'

import { responseWith } from '../http/openapi-call.ts'
import type { OpenApiCall } from '../http/openapi-call.ts'

/** The calls with which operators change the servers. */
export const serverCalls: readonly OpenApiCall[] = [
  {
    path: '/servers',
    method: 'post',
    id: 'addServer',
    summary: 'Add a standard MCP server',
    body: newServerBody,
    example: { name: 'weather', url: 'https://weather.example.com/mcp' },
    responses: { 201: responseWith('The server is added.', addedServer) },
  },
  {
    path: '/servers/{name}',
    method: 'delete',
    id: 'removeServer',
    summary: 'Remove a server that an operator has added',
    responses: { 204: { description: 'The server is removed.' } },
  },
  {
    path: '/servers/{name}/restart',
    method: 'post',
    id: 'restartServer',
    summary: 'Close the connections of a server',
    responses: { 204: { description: 'The connections are closed.' } },
  },
  {
    path: '/servers/{name}/authorize',
    method: 'post',
    id: 'authorizeServer',
    summary: 'Start the login at a server',
    responses: { 200: responseWith('The address of the login, if one is needed.', startedLogin) },
  },
  {
    path: '/servers/{name}/approve',
    method: 'post',
    id: 'approveServer',
    summary: 'Approve the changed definitions of the tools of a server',
    body: toolApprovalBody,
    example: { tools: ['search'] },
    responses: { 204: { description: 'The definitions are approved.' } },
  },
]
