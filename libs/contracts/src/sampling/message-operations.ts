import * as z from 'zod'

import { operation } from '@mcp/protocol'
import {
  approvalParam,
  maxTokensParam,
  messageResult,
  messagesParam,
  modelParam,
  pendingResult,
  preferencesParam,
  promptParam,
  purposeParam,
  stopReasonSchema,
  stopSequencesParam,
  systemParam,
  temperatureParam,
  usageSchema,
} from './message-shapes.ts'

const toolSchema = () =>
  z.object({
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
    description: z.string().max(10_000),
    inputSchema: z.record(z.string(), z.unknown()).describe('JSON Schema of the arguments.'),
  })

const generationErrors = [
  'forbidden',
  'not-found',
  'rate-limited',
  'upstream-error',
  'unavailable',
] as const

/** Operations that generate text with a language model. */
export const messageOperations = {
  createMessage: operation({
    title: 'Create a message',
    description:
      'Generates the next message of a conversation with a language model, after any required approvals.',
    params: () =>
      z.object({
        model: modelParam(),
        messages: messagesParam(),
        system: systemParam(),
        modelPreferences: preferencesParam(),
        maxTokens: maxTokensParam(),
        temperature: temperatureParam(),
        stopSequences: stopSequencesParam(),
        tools: z
          .array(toolSchema())
          .max(128)
          .optional()
          .describe('Tools that the model may request. The caller runs them, not this server.'),
        toolChoice: z
          .union([
            z.enum(['auto', 'none', 'required']),
            z.object({ tool: z.string().min(1).max(64) }),
          ])
          .optional()
          .describe(
            'auto: the model may use a tool. none: the model must not use a tool. required: the model must use a tool. An object names the tool that the model must use. Default: auto.',
          ),
        responseSchema: z
          .record(z.string(), z.unknown())
          .optional()
          .describe('JSON Schema that the response must match: draft 2020-12 or draft 7.'),
        stream: z
          .boolean()
          .optional()
          .describe(
            'If true, the text is streamed as it is generated, unless a user must approve the response first.',
          ),
        approval: approvalParam(),
        purpose: purposeParam(),
      }),
    result: () => z.union([messageResult(), pendingResult()]),
    chunk: () =>
      z.object({
        text: z.string(),
        attempt: z
          .int()
          .describe(
            'Number of the attempt: 1, or 2 if the first response did not match the schema.',
          ),
      }),
    hints: { openWorld: true, interactive: true },
    errors: generationErrors,
    examples: [
      {
        title: 'Let the language model write a greeting for Ann',
        params: {
          messages: [{ role: 'user', content: 'Write a greeting for Ann.' }],
          maxTokens: 200,
        },
      },
      {
        title: 'Let a fast language model extract the city from "I live in Oslo" as JSON',
        params: {
          messages: [{ role: 'user', content: 'Extract the city as JSON: I live in Oslo' }],
          system: 'Answer with JSON alone.',
          modelPreferences: { hints: ['small'], speedPriority: 1 },
          maxTokens: 100,
          responseSchema: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
          },
        },
      },
    ],
  }),
  complete: operation({
    title: 'Complete a prompt',
    description: 'Completes one prompt with a language model, after any required approvals.',
    params: () =>
      z.object({
        model: modelParam(),
        prompt: promptParam(),
        system: systemParam(),
        maxTokens: maxTokensParam().default(1024),
        temperature: temperatureParam(),
        stopSequences: stopSequencesParam(),
        approval: approvalParam(),
        purpose: purposeParam(),
      }),
    result: () =>
      z.union([
        z.object({
          messageId: z.string(),
          text: z.string(),
          model: z.string(),
          stopReason: stopReasonSchema(),
          usage: usageSchema(),
        }),
        pendingResult(),
      ]),
    hints: { openWorld: true, interactive: true },
    errors: generationErrors,
    examples: [
      {
        title: 'Ask the language model for a haiku about the sea',
        params: { prompt: 'Write a haiku about the sea.' },
      },
    ],
  }),
  get: operation({
    title: 'Get a message',
    description:
      'Returns the status of a message of this session: its pending approval, its response, or its error.',
    params: () => z.object({ messageId: z.string().max(128).describe('Id of the message.') }),
    result: () =>
      z.discriminatedUnion('status', [
        z.object({
          status: z.literal('pending'),
          messageId: z.string(),
          interactionId: z.string(),
          stage: z.enum(['request', 'response']),
        }),
        z.object({ status: z.literal('generating'), messageId: z.string() }),
        z.object({
          status: z.literal('completed'),
          messageId: z.string(),
          message: messageResult(),
        }),
        z.object({
          status: z.literal('failed'),
          messageId: z.string(),
          error: z.object({
            code: z.string(),
            message: z.string(),
            retryable: z.boolean(),
            details: z.record(z.string(), z.unknown()).optional(),
          }),
        }),
      ]),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [
      {
        title: 'What became of the message message-1?',
        params: { messageId: 'message-1' },
        requires: 'the messageId of complete',
      },
    ],
  }),
}
