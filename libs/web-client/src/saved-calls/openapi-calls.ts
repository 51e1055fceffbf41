import { openApi } from '@mcp/http'
import { namedCall, runSavedCallBody, savedCallBody, savedCallList } from '@mcp/protocol/rest'

import { responseWith } from '../http/openapi-call.ts'
import type { OpenApiCall } from '../http/openapi-call.ts'

const { eventStream, json, ref } = openApi

const saved = responseWith('The saved call.', namedCall)

/** Calls of the routes of saved calls. */
export const savedCallCalls: readonly OpenApiCall[] = [
  {
    path: '/saved-calls',
    method: 'get',
    id: 'listSavedCalls',
    summary: 'List the saved calls',
    responses: { 200: responseWith('The saved calls.', savedCallList) },
  },
  {
    path: '/saved-calls/{name}',
    method: 'get',
    id: 'readSavedCall',
    summary: 'Read a saved call',
    responses: { 200: saved },
  },
  {
    path: '/saved-calls/{name}',
    method: 'put',
    id: 'saveCall',
    summary: 'Add or replace a saved call',
    body: savedCallBody,
    example: { type: 'root-operation', payload: { operation: 'listRoots' } },
    responses: { 200: saved, 201: saved },
  },
  {
    path: '/saved-calls/{name}',
    method: 'delete',
    id: 'removeSavedCall',
    summary: 'Remove a saved call',
    responses: { 204: { description: 'The saved call is removed.' } },
  },
  {
    path: '/saved-calls/{name}/run',
    method: 'post',
    id: 'runSavedCall',
    summary: 'Run a saved call',
    body: runSavedCallBody,
    example: { params: { a: 2 } },
    responses: {
      200: {
        description: 'The response.',
        content: { ...json(ref('Response')), ...eventStream },
      },
    },
  },
]
