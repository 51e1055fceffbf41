import * as z from 'zod'

import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { operation } from '@mcp/protocol'
import { listParams, listResult } from './list-shape.ts'

const { name, type, target } = builtinServers.tools

const operationSchema = () =>
  z.object({
    operation: z.string(),
    title: z.string(),
    description: z.string(),
    paramsSchema: z.record(z.string(), z.unknown()),
    resultSchema: z.record(z.string(), z.unknown()),
  })

const issueSchema = () =>
  z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })

const callSchema = () =>
  z.object({
    tool: z.string().describe('Name of the tool.'),
    operation: z.string().describe('Name of the operation.'),
    params: z.record(z.string(), z.unknown()).default({}).describe('Params of the operation.'),
  })

/**
 * The contract of the tools server. Its operations list, describe and call tools. The tools themselves
 * declare their operations, such as `{ tool: 'calculator', operation: 'add' }`.
 */
export const tools = defineContract({
  name,
  type,
  target,
  fixedTarget: 'tools',
  version: '1.0.0',
  operations: {
    list: operation({
      title: 'List tools',
      description: 'Lists the available tools, with the names of their operations.',
      params: () => z.object(listParams('name or description')),
      result: () =>
        listResult(
          z.object({
            name: z.string(),
            title: z.string(),
            description: z.string(),
            operations: z.array(z.string()),
          }),
        ),
      hints: { readOnly: true },
      examples: [{ title: 'Which tools are there?', params: {} }],
    }),
    describe: operation({
      title: 'Describe a tool',
      description:
        'Describes one tool: its operations, with the schemas of their params and results.',
      params: () => z.object({ name: z.string().describe('Name of the tool.') }),
      result: () =>
        z.object({
          name: z.string(),
          title: z.string(),
          description: z.string(),
          operations: z.array(operationSchema()),
        }),
      hints: { readOnly: true },
      errors: ['not-found'],
      examples: [{ title: 'What can the calculator do?', params: { name: 'calculator' } }],
    }),
    validate: operation({
      title: 'Validate a call',
      description: 'Validates the params of a call without making the call.',
      params: () => callSchema(),
      result: () => z.object({ valid: z.boolean(), issues: z.array(issueSchema()) }),
      hints: { readOnly: true },
      errors: ['not-found'],
      examples: [
        {
          title: 'Would adding 1 and 2 be accepted?',
          params: { tool: 'calculator', operation: 'add', params: { a: 1, b: 2 } },
          result: { valid: true, issues: [] },
        },
      ],
    }),
    batch: operation({
      title: 'Make several calls',
      description:
        'Makes up to 100 calls and returns a result or an error for each. A failed call does not stop the others.',
      params: () =>
        z.object({
          calls: z.array(callSchema()).min(1).max(100).describe('The calls, in order.'),
          parallel: z.boolean().default(false).describe('If true, the calls run concurrently.'),
        }),
      result: () =>
        z.object({
          results: z.array(
            z.discriminatedUnion('status', [
              z.object({ status: z.literal('success'), result: z.unknown() }),
              z.object({
                status: z.literal('error'),
                error: z.object({
                  code: z.string(),
                  message: z.string(),
                  retryable: z.boolean(),
                  details: z.record(z.string(), z.unknown()).optional(),
                }),
              }),
            ]),
          ),
        }),
      hints: { openWorld: true },
      examples: [
        {
          title: 'Add 1 and 2, and multiply 3 by 4',
          params: {
            calls: [
              { tool: 'calculator', operation: 'add', params: { a: 1, b: 2 } },
              { tool: 'calculator', operation: 'multiply', params: { a: 3, b: 4 } },
            ],
          },
          result: {
            results: [
              { status: 'success', result: 3 },
              { status: 'success', result: 12 },
            ],
          },
        },
      ],
    }),
  },
  notifications: {
    'tool-list-changed': z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  },
})
