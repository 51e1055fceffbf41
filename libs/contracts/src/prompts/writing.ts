import * as z from 'zod'

import { operation } from '@mcp/protocol'
import {
  promptContentToChange,
  promptContentToWrite,
  promptFormat,
  promptLabel,
  promptName,
  promptVersion,
  versionMessage,
} from './prompt-content.ts'

const prompt = () => promptName().describe('Name of the prompt.')

const ifMatch = () =>
  promptVersion()
    .optional()
    .describe(
      'Expected number of the newest version. If there is a newer version, the call changes nothing and fails with conflict.',
    )

const label = () => promptLabel().describe('The label, such as production.')

const written = () =>
  z.object({ name: z.string(), version: z.int(), warnings: z.array(z.string()) })

/**
 * Operations that change prompts. They are for users and not for models, because users are responsible
 * for the instructions that models receive.
 */
export const writing = {
  create: operation({
    title: 'Create a prompt',
    description: 'Creates a prompt with version 1.',
    params: () =>
      promptContentToWrite().extend({
        prompt: prompt(),
        message: versionMessage().default('Created'),
      }),
    result: () => written(),
    audience: 'user',
    errors: ['forbidden', 'conflict', 'payload-too-large', 'unavailable', 'timeout'],
    examples: [
      {
        title: 'Create a prompt release-notes that turns a list of changes into release notes',
        params: {
          prompt: 'release-notes',
          title: 'Release notes',
          tags: ['writing'],
          arguments: [{ name: 'changes', description: 'One change a line.', required: true }],
          messages: [{ role: 'user', content: 'Write release notes for:\n{{changes}}' }],
        },
        result: { name: 'release-notes', version: 1, warnings: [] },
      },
    ],
  }),
  update: operation({
    title: 'Update a prompt',
    description:
      'Creates a new version of a prompt. Absent fields are taken from the newest version; existing versions never change.',
    params: () =>
      promptContentToChange().extend({
        prompt: prompt(),
        message: versionMessage().min(1),
        ifMatch: ifMatch(),
      }),
    result: () => written(),
    audience: 'user',
    errors: ['forbidden', 'not-found', 'conflict', 'payload-too-large', 'unavailable', 'timeout'],
    examples: [
      {
        title: 'File the prompt meeting-notes under office',
        params: { prompt: 'meeting-notes', folder: 'office', message: 'Filed under office' },
        result: { name: 'meeting-notes', version: 2, warnings: [] },
      },
    ],
  }),
  setLabel: operation({
    title: 'Set a label',
    description: 'Sets a label on a version of a prompt, or moves it there.',
    params: () =>
      z.object({
        prompt: prompt(),
        label: label(),
        version: promptVersion().optional().describe('Version for the label. Default: the newest.'),
      }),
    result: () =>
      z.object({
        label: z.string(),
        version: z.int(),
        previous: z
          .int()
          .optional()
          .describe('Version that had the label before. Absent if no version had it.'),
      }),
    hints: { idempotent: true, destructive: true },
    audience: 'user',
    errors: ['forbidden', 'not-found', 'conflict', 'unavailable'],
    examples: [
      {
        title: 'Use version 1 of summarize in production',
        params: { prompt: 'summarize', label: 'production', version: 1 },
      },
    ],
  }),
  removeLabel: operation({
    title: 'Remove a label',
    description: 'Removes a label from a prompt. Its versions are not changed.',
    params: () => z.object({ prompt: prompt(), label: label() }),
    result: () => z.object({ label: z.string(), version: z.int() }),
    hints: { destructive: true },
    audience: 'user',
    errors: ['forbidden', 'not-found', 'conflict', 'unavailable'],
    examples: [
      {
        title: 'Take the label production off summarize',
        params: { prompt: 'summarize', label: 'production' },
        requires: 'the label of setLabel',
        result: { label: 'production', version: 1 },
      },
    ],
  }),
  delete: operation({
    title: 'Delete a prompt',
    description:
      'Removes a prompt from the list. Its versions are kept. The operation restore makes it available again.',
    params: () => z.object({ prompt: prompt(), ifMatch: ifMatch() }),
    result: () => z.object({ name: z.string(), latest: z.int() }),
    hints: { destructive: true },
    audience: 'user',
    errors: ['forbidden', 'not-found', 'conflict', 'unavailable'],
    examples: [
      {
        title: 'Delete the prompt rewrite-tone',
        params: { prompt: 'rewrite-tone' },
        result: { name: 'rewrite-tone', latest: 1 },
      },
    ],
  }),
  restore: operation({
    title: 'Restore a prompt',
    description:
      'Restores a deleted prompt. If version is given, also creates a new version with the content of that version.',
    params: () =>
      z.object({
        prompt: prompt(),
        version: promptVersion()
          .optional()
          .describe(
            'Version whose content the new version receives. Default: no new version is created.',
          ),
        message: versionMessage()
          .optional()
          .describe(
            'Reason, shown in the history. Default: a text that names the restored version.',
          ),
      }),
    result: () => z.object({ name: z.string(), version: z.int() }),
    audience: 'user',
    errors: ['forbidden', 'not-found', 'conflict', 'unavailable'],
    examples: [
      {
        title: 'Bring the deleted prompt rewrite-tone back',
        params: { prompt: 'rewrite-tone' },
        requires: 'the prompt of delete',
        result: { name: 'rewrite-tone', version: 1 },
      },
      {
        title: 'Go back to version 1 of commit-message',
        params: { prompt: 'commit-message', version: 1 },
        result: { name: 'commit-message', version: 2 },
      },
    ],
  }),
  import: operation({
    title: 'Import a prompt',
    description: 'Imports a prompt from a document: YAML, a dotprompt file or JSON.',
    params: () =>
      z.object({
        prompt: promptName()
          .optional()
          .describe('Name of the prompt. Default: the name in the document.'),
        format: promptFormat(),
        text: z.string().min(1).max(512_000).describe('The document.'),
        onExisting: z
          .enum(['refuse', 'new-version'])
          .default('refuse')
          .describe('Action if a prompt with this name exists.'),
        message: versionMessage().default('Imported'),
      }),
    result: () => written(),
    audience: 'user',
    errors: ['forbidden', 'conflict', 'payload-too-large', 'unavailable', 'timeout'],
    examples: [
      {
        title: 'Import the prompt "Say hello to {{name}}" under the name greeting',
        params: {
          prompt: 'greeting',
          format: 'dotprompt',
          text: '---\ntitle: Greeting\narguments:\n  - name: name\n    required: true\n---\nSay hello to {{name}}.\n',
        },
        result: { name: 'greeting', version: 1, warnings: [] },
      },
    ],
  }),
}
