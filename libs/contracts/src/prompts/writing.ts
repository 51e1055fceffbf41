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

const prompt = () => promptName().describe('The name of the prompt.')

const ifMatch = () =>
  promptVersion()
    .optional()
    .describe('The newest version you know of. Where there is a newer one, nothing is changed.')

const label = () => promptLabel().describe('The label, such as production.')

const written = () =>
  z.object({ name: z.string(), version: z.int(), warnings: z.array(z.string()) })

/** The operations that change something: for people, who answer for what models are told. */
export const writing = {
  create: operation({
    title: 'Create a prompt',
    description: 'Keeps a new prompt as its version 1.',
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
      'Makes a new version of a prompt. What is left out stays as the newest version has it; no version ever changes.',
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
    description: 'Puts a label on a version of a prompt, or moves it there.',
    params: () =>
      z.object({
        prompt: prompt(),
        label: label(),
        version: promptVersion()
          .optional()
          .describe('The version to put it on. Default: the newest.'),
      }),
    result: () =>
      z.object({
        label: z.string(),
        version: z.int(),
        previous: z.int().optional().describe('The version it was on before.'),
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
    description: 'Takes a label off a prompt; its versions stay.',
    params: () => z.object({ prompt: prompt(), label: label() }),
    result: () => z.object({ label: z.string(), version: z.int() }),
    hints: { destructive: true },
    audience: 'user',
    errors: ['forbidden', 'not-found', 'conflict', 'unavailable'],
    examples: [
      {
        title: 'Take the label production off summarize',
        params: { prompt: 'summarize', label: 'production' },
        result: { label: 'production', version: 1 },
      },
    ],
  }),
  delete: operation({
    title: 'Delete a prompt',
    description:
      'Takes a prompt out of the list. Its versions are kept, and restore brings it back.',
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
      'Brings a deleted prompt back; with a version, makes a new version that says what that one said.',
    params: () =>
      z.object({
        prompt: prompt(),
        version: promptVersion()
          .optional()
          .describe(
            'The version whose content becomes the newest. Default: leaves the newest as it is.',
          ),
        message: versionMessage()
          .optional()
          .describe('Why, for the history. Default: says which version was restored.'),
      }),
    result: () => z.object({ name: z.string(), version: z.int() }),
    audience: 'user',
    errors: ['forbidden', 'not-found', 'conflict', 'unavailable'],
    examples: [
      {
        title: 'Bring the deleted prompt rewrite-tone back',
        params: { prompt: 'rewrite-tone' },
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
    description: 'Keeps a prompt that comes as a document: YAML, a dotprompt file or JSON.',
    params: () =>
      z.object({
        prompt: promptName()
          .optional()
          .describe('The name to keep it under. Default: the name in the document.'),
        format: promptFormat(),
        text: z.string().min(1).max(512_000).describe('The document.'),
        onExisting: z
          .enum(['refuse', 'new-version'])
          .default('refuse')
          .describe('What to do where a prompt of that name is there already.'),
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
