import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import {
  promptContent,
  promptContentToWrite,
  promptEngine,
  promptFormat,
  promptLabelToRead,
  promptMessage,
  promptName,
  promptVersion,
  promptVersionToRead,
} from './prompt-content.ts'

const prompt = () => promptName().describe('Name of the prompt.')

const labels = () => z.record(z.string(), z.int()).describe('Version number by label.')

const issue = () =>
  z.object({
    path: z.array(z.union([z.string(), z.number()])),
    message: z.string(),
    reason: z.string(),
    line: z.int().optional(),
    column: z.int().optional(),
  })

const review = { code: 'const x = 1', language: 'TypeScript' }

/** Operations that read prompts. */
export const reading = {
  list: operation({
    title: 'List prompts',
    description:
      'Lists the available prompts by name, each with the content of its newest version.',
    params: () =>
      z.object({
        tag: z.string().max(40).optional().describe('Only prompts with this tag.'),
        folder: z
          .string()
          .max(200)
          .optional()
          .describe('Only prompts in this folder or its subfolders.'),
        deleted: z
          .boolean()
          .default(false)
          .describe(
            'If true, lists only deleted prompts. The operation restore makes them available again.',
          ),
        ...listParams('name, title or description'),
      }),
    result: () =>
      listResult(
        z.object({
          name: z.string(),
          title: z.string(),
          description: z.string(),
          tags: z.array(z.string()),
          folder: z.string(),
          engine: promptEngine(),
          arguments: z.array(
            z.object({ name: z.string(), description: z.string(), required: z.boolean() }),
          ),
          latest: z.int(),
          labels: labels(),
          problem: z.string().optional().describe('Reason why the newest version is unusable.'),
        }),
      ),
    hints: { readOnly: true },
    examples: [
      { title: 'Which prompts are there?', params: {} },
      { title: 'Which prompts are there for code?', params: { tag: 'code' } },
    ],
  }),
  get: operation({
    title: 'Get a prompt',
    description: 'Returns one version of a prompt, with unrendered templates.',
    params: () =>
      z.object({ prompt: prompt(), version: promptVersionToRead(), label: promptLabelToRead() }),
    result: () =>
      promptContent().extend({
        name: z.string(),
        version: z.int(),
        latest: z.int(),
        labels: labels(),
        message: z.string(),
        createdAt: z.string().optional().describe('Time of creation; absent for some files.'),
      }),
    hints: { readOnly: true },
    errors: ['not-found', 'conflict'],
    examples: [{ title: 'Show the prompt code-review', params: { prompt: 'code-review' } }],
  }),
  render: operation({
    title: 'Render a prompt',
    description: 'Fills the arguments into a prompt and returns the messages for a model.',
    params: () =>
      z.object({
        prompt: prompt(),
        arguments: z
          .record(z.string(), z.unknown())
          .default({})
          .describe('Values of the arguments, by name.'),
        version: promptVersionToRead(),
        label: promptLabelToRead(),
        format: z
          .enum(['messages', 'text'])
          .default('messages')
          .describe('If the format is "text", the messages are also returned as one text.'),
      }),
    result: () =>
      z.object({
        messages: z.array(promptMessage().extend({ content: z.string() })),
        text: z.string().optional().describe('The messages as one text, with the format "text".'),
        resolvedVersion: z.int(),
        engine: promptEngine(),
        usedArguments: z
          .record(z.string(), z.unknown())
          .describe('Arguments of the template, with defaults filled in.'),
        warnings: z.array(z.string()),
      }),
    hints: { readOnly: true },
    errors: ['not-found', 'conflict', 'payload-too-large', 'timeout'],
    examples: [
      {
        title: 'Make a code review prompt for const x = 1',
        params: { prompt: 'code-review', arguments: review },
      },
      {
        title: 'Translate "Good morning" into French, as one text',
        params: {
          prompt: 'translate',
          arguments: { text: 'Good morning', language: 'French' },
          format: 'text',
        },
      },
    ],
  }),
  validate: operation({
    title: 'Check a prompt',
    description:
      'Checks the templates, the arguments and the argument schemas of a prompt, without saving it.',
    params: () =>
      promptContentToWrite().extend({
        prompt: promptName().optional().describe('Name of the prompt.'),
      }),
    result: () =>
      z.object({
        valid: z.boolean(),
        issues: z.array(issue()),
        warnings: z.array(z.string()),
        variables: z.array(z.string()).describe('Arguments that the templates use.'),
      }),
    hints: { readOnly: true },
    errors: ['timeout'],
    examples: [
      {
        title: 'Is "Hello {{name}}" a good prompt with the argument name?',
        params: {
          arguments: [{ name: 'name', required: true }],
          messages: [{ role: 'user', content: 'Hello {{name}}' }],
        },
        result: { valid: true, issues: [], warnings: [], variables: ['name'] },
      },
      {
        title: 'What is wrong with "Hello {{#name}}"?',
        params: { messages: [{ role: 'user', content: 'Hello {{#name}}' }] },
      },
    ],
  }),
  listVersions: operation({
    title: 'List the versions of a prompt',
    description: 'Lists the versions of a prompt, the newest first, with the reason for each.',
    params: () => z.object({ prompt: prompt(), ...listParams('message') }),
    result: () =>
      listResult(
        z.object({
          version: z.int(),
          message: z.string(),
          createdAt: z.string().optional(),
          labels: z.array(z.string()),
          problem: z.string().optional().describe('Reason why this version cannot be used.'),
        }),
      ),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [{ title: 'Show the history of code-review', params: { prompt: 'code-review' } }],
  }),
  diff: operation({
    title: 'Compare two versions',
    description:
      'Returns the changes between two versions of a prompt, as field names and as a patch.',
    params: () =>
      z.object({
        prompt: prompt(),
        from: promptVersion().describe('Number of the earlier version.'),
        to: promptVersion()
          .optional()
          .describe('Number of the later version. Default: the newest.'),
      }),
    result: () =>
      z.object({
        from: z.int(),
        to: z.int(),
        changed: z.array(z.string()).describe('Fields that differ.'),
        patch: z
          .string()
          .describe('Unified diff of the two versions as files; empty if they are equal.'),
      }),
    hints: { readOnly: true },
    errors: ['not-found', 'conflict', 'timeout'],
    examples: [
      {
        title: 'What changed in code-review since version 1?',
        params: { prompt: 'code-review', from: 1 },
        result: { from: 1, to: 1, changed: [], patch: '' },
      },
    ],
  }),
  complete: operation({
    title: 'Complete an argument',
    description: 'Suggests values for an argument that start with or contain the typed text.',
    params: () =>
      z.object({
        prompt: prompt(),
        argument: z.string().max(64).describe('Name of the argument.'),
        value: z.string().max(1000).default('').describe('The text typed so far.'),
        context: z
          .record(z.string(), z.string())
          .default({})
          .describe('Values of the other arguments; some suggestions depend on them.'),
      }),
    result: () =>
      z.object({
        values: z.array(z.string()).max(100),
        total: z.int(),
        hasMore: z.boolean(),
      }),
    hints: { readOnly: true },
    errors: ['not-found', 'conflict'],
    examples: [
      {
        title: 'Which languages can translate offer that begin with "Ger"?',
        params: { prompt: 'translate', argument: 'language', value: 'Ger' },
        result: { values: ['German'], total: 1, hasMore: false },
      },
      {
        title: 'Which test frameworks does test-plan offer for Python?',
        params: { prompt: 'test-plan', argument: 'framework', context: { language: 'Python' } },
        result: { values: ['pytest', 'unittest'], total: 2, hasMore: false },
      },
    ],
  }),
  export: operation({
    title: 'Export a prompt',
    description: 'Returns one version of a prompt as a document that import accepts.',
    params: () =>
      z.object({
        prompt: prompt(),
        version: promptVersionToRead(),
        label: promptLabelToRead(),
        format: promptFormat().default('yaml'),
      }),
    result: () =>
      z.object({
        format: promptFormat(),
        version: z.int(),
        fileName: z.string(),
        mimeType: z.string(),
        text: z.string(),
      }),
    hints: { readOnly: true },
    audience: 'user',
    errors: ['not-found', 'conflict', 'timeout'],
    examples: [
      {
        title: 'Export the prompt summarize as a dotprompt file',
        params: { prompt: 'summarize', format: 'dotprompt' },
      },
      { title: 'Export the prompt summarize', params: { prompt: 'summarize' } },
    ],
  }),
}
