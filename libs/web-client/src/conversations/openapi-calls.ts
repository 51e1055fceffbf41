import { openApi } from '@mcp/http'
import {
  continueBody,
  conversationChanges,
  conversationSettings,
  decisionBody,
  interactionBody,
  runBody,
} from '@mcp/protocol/rest'
import * as z from 'zod'

import type { OpenApiCall } from '../http/openapi-call.ts'

const { eventStream, json, queryParameter, responseOf } = openApi

const conversation = responseOf('The conversation.', { type: 'object' })
const run = responseOf('The state of the run.', { type: 'object' })
const items = { type: 'array', items: { type: 'object' } }
const started = responseOf('The run has started.', {
  type: 'object',
  properties: { runId: { type: 'string' }, evicted: { type: 'array', items: { type: 'string' } } },
  required: ['runId', 'evicted'],
})

/** Calls of the routes of conversations. */
const conversationCalls: readonly OpenApiCall[] = [
  {
    path: '/conversations',
    method: 'post',
    id: 'createConversation',
    summary: 'Create a conversation',
    body: conversationSettings,
    example: { title: 'Notes', policy: 'changes' },
    responses: { 201: conversation },
  },
  {
    path: '/conversations',
    method: 'get',
    id: 'listConversations',
    summary: 'List the conversations of the caller',
    parameters: [
      queryParameter('cursor', 'string'),
      queryParameter('limit', 'integer'),
      queryParameter('query', 'string'),
    ],
    responses: {
      200: responseOf('The conversations.', {
        type: 'object',
        properties: { conversations: items, cursor: { type: 'string' } },
        required: ['conversations'],
      }),
    },
  },
  {
    path: '/conversations/import',
    method: 'post',
    id: 'importConversation',
    summary: 'Create a conversation from an exported one',
    body: z.record(z.string(), z.unknown()),
    example: { format: 'mcp-conversation', version: 1, settings: {}, runs: [], entries: [] },
    responses: { 201: conversation },
  },
  {
    path: '/conversations/{conversationId}',
    method: 'get',
    id: 'readConversation',
    summary: 'Read a conversation with its messages',
    responses: { 200: conversation },
  },
  {
    path: '/conversations/{conversationId}',
    method: 'patch',
    id: 'changeConversation',
    summary: 'Change the settings of a conversation',
    body: conversationChanges,
    example: { title: 'Notes', clearGrants: true },
    responses: { 200: conversation },
  },
  {
    path: '/conversations/{conversationId}',
    method: 'delete',
    id: 'removeConversation',
    summary: 'Remove a conversation',
    responses: { 204: { description: 'The conversation is removed.' } },
  },
  {
    path: '/conversations/{conversationId}/export',
    method: 'get',
    id: 'exportConversation',
    summary: 'Export a conversation as JSON or Markdown',
    parameters: [queryParameter('format', 'string')],
    responses: {
      200: {
        description: 'The conversation.',
        content: { ...json({ type: 'object' }), 'text/markdown': { schema: { type: 'string' } } },
      },
    },
  },
]

/** Calls of the routes of runs. */
const runCalls: readonly OpenApiCall[] = [
  {
    path: '/conversations/{conversationId}/runs',
    method: 'post',
    id: 'startRun',
    summary: 'Start a run of a conversation',
    body: runBody,
    example: { prompt: 'What is 12 * 12?' },
    responses: { 202: started },
  },
  {
    path: '/runs/{runId}',
    method: 'get',
    id: 'readRun',
    summary: 'Read the state of a run',
    responses: { 200: run },
  },
  {
    path: '/runs/{runId}/events',
    method: 'get',
    id: 'readRunEvents',
    summary: 'Stream the events of a run, resumable by Last-Event-ID',
    responses: { 200: { description: 'The events.', content: eventStream } },
  },
  {
    path: '/runs/{runId}/results/{ref}',
    method: 'get',
    id: 'readResult',
    summary: 'Read a complete result',
    responses: {
      200: {
        description: 'The result.',
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
    },
  },
  {
    path: '/runs/{runId}/stop',
    method: 'post',
    id: 'stopRun',
    summary: 'Stop a run',
    responses: { 200: run },
  },
  {
    path: '/runs/{runId}/continue',
    method: 'post',
    id: 'continueRun',
    summary: 'Continue the last run of a conversation',
    body: continueBody,
    example: {},
    responses: { 202: started },
  },
  {
    path: '/runs/{runId}/calls/{callId}/decision',
    method: 'post',
    id: 'decideCall',
    summary: 'Decide about a call that requires approval',
    body: decisionBody,
    example: { decision: 'once' },
    responses: { 204: { description: 'The call is decided.' } },
  },
  {
    path: '/runs/{runId}/interactions/{interactionId}',
    method: 'post',
    id: 'respondToRunInteraction',
    summary: 'Respond to an interaction of the session of a run',
    body: interactionBody,
    example: { action: 'accept' },
    responses: { 204: { description: 'The interaction is resolved.' } },
  },
  {
    path: '/pending',
    method: 'get',
    id: 'listPending',
    summary: 'List the approvals and interactions that wait for the caller',
    responses: {
      200: responseOf('The approvals and interactions.', {
        type: 'object',
        properties: { pending: items },
        required: ['pending'],
      }),
    },
  },
]

/** Calls of conversations and runs. */
export const conversationAndRunCalls: readonly OpenApiCall[] = [...conversationCalls, ...runCalls]
