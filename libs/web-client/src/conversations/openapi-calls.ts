import { openApi } from '@mcp/http'
import { toJsonSchema } from '@mcp/protocol'
import {
  continueBody,
  conversationChanges,
  conversationDetail,
  conversationDocument,
  conversationPage,
  conversationQuery,
  conversationSettings,
  conversationView,
  createdConversation,
  decisionBody,
  exportQuery,
  grantList,
  interactionBody,
  pendingList,
  runBody,
  runInfo,
  startedRun,
} from '@mcp/protocol/rest'
import * as z from 'zod'

import { queryOf, responseWith } from '../http/openapi-call.ts'
import type { OpenApiCall } from '../http/openapi-call.ts'

const { eventStream, json } = openApi

const conversation = responseWith('The conversation.', conversationView)
const created = responseWith('The conversation.', createdConversation)
const run = responseWith('The state of the run.', runInfo)
const started = responseWith('The run has started.', startedRun)

/** Calls of the routes of conversations. */
const conversationCalls: readonly OpenApiCall[] = [
  {
    path: '/conversations',
    method: 'post',
    id: 'createConversation',
    summary: 'Create a conversation',
    body: conversationSettings,
    example: { title: 'Notes', policy: 'changes' },
    responses: { 201: created },
  },
  {
    path: '/conversations',
    method: 'get',
    id: 'listConversations',
    summary: 'List the conversations of the caller',
    parameters: queryOf(conversationQuery),
    responses: { 200: responseWith('The conversations.', conversationPage) },
  },
  {
    path: '/conversations/import',
    method: 'post',
    id: 'importConversation',
    summary: 'Create a conversation from an exported one',
    body: z.record(z.string(), z.unknown()),
    example: { format: 'mcp-conversation', version: 1, settings: {}, runs: [], entries: [] },
    responses: { 201: created },
  },
  {
    path: '/conversations/{conversationId}',
    method: 'get',
    id: 'readConversation',
    summary: 'Read a conversation with its messages',
    responses: { 200: responseWith('The conversation.', conversationDetail) },
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
    parameters: queryOf(exportQuery),
    responses: {
      200: {
        description: 'The conversation.',
        content: {
          ...json(toJsonSchema(conversationDocument, 'output')),
          'text/markdown': { schema: { type: 'string' } },
        },
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
    path: '/grants',
    method: 'get',
    id: 'listGrants',
    summary: 'List the decisions that apply to all conversations of the caller',
    responses: { 200: responseWith('The decisions.', grantList) },
  },
  {
    path: '/grants/{grantId}',
    method: 'delete',
    id: 'removeGrant',
    summary:
      'Remove a decision that applies to all conversations, so that its calls require approval again',
    responses: { 204: { description: 'The decision is removed.' } },
  },
  {
    path: '/pending',
    method: 'get',
    id: 'listPending',
    summary: 'List the approvals and interactions that wait for the caller',
    responses: { 200: responseWith('The approvals and interactions.', pendingList) },
  },
]

/** Calls of conversations and runs. */
export const conversationAndRunCalls: readonly OpenApiCall[] = [...conversationCalls, ...runCalls]
