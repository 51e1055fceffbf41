import * as z from 'zod'

/** What finds a prompt: small letters, digits and dashes, which every file system keeps apart. */
export const promptName = () =>
  z
    .string()
    .max(64)
    .regex(
      /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
      'must be small letters and digits with dashes between, such as code-review',
    )

/** A name for a version that can move. It cannot be taken for a version's number. */
export const promptLabel = () =>
  z
    .string()
    .max(64)
    .regex(
      /^(?!latest$|v?\d)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
      'must be small letters and digits with dashes between, such as production; it may not look like a number, and "latest" always means the newest version',
    )

/** A label to read by: one that was set, or `latest`. */
export const promptLabelToRead = () =>
  z
    .union([z.literal('latest'), promptLabel()])
    .optional()
    .describe(
      'The label of the version that is meant, such as production. Neither label nor version: the newest.',
    )

export const promptVersion = () => z.int().min(1).max(999_999)

export const promptVersionToRead = () =>
  promptVersion().optional().describe('The number of the version that is meant.')

const text = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((value) => value.isWellFormed(), 'must be text without halves of characters')

const line = (maximum: number) => text(maximum).regex(/^[^\r\n]*$/, 'must be one line')

const argumentName = () =>
  z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
      'must be a letter and then letters, digits and "_", such as targetLanguage',
    )

const completion = () =>
  z.union([
    text(1000),
    z.object({
      value: text(1000),
      when: z
        .record(argumentName(), text(1000))
        .describe('Offered only where the other arguments have these values.'),
    }),
  ])

const argumentFields = {
  name: () => argumentName().describe('What the template calls it.'),
  description: () => text(2000).describe('What to give for it.'),
  required: () => z.boolean().describe('Whether the prompt cannot do without it.'),
  schema: () =>
    z
      .record(z.string(), z.unknown())
      .describe('JSON Schema of its value; a default in it is filled in.'),
  completions: () => z.array(completion()).max(200).describe('Values to offer while it is typed.'),
}

/** One argument of a prompt. */
export const promptArgument = () =>
  z.object({
    name: argumentFields.name(),
    description: argumentFields.description(),
    required: argumentFields.required(),
    schema: argumentFields.schema(),
    completions: argumentFields.completions(),
  })

const argumentToWrite = () =>
  z.object({
    name: argumentFields.name(),
    description: argumentFields.description().default(''),
    required: argumentFields.required().default(false),
    schema: argumentFields.schema().default({ type: 'string' }),
    completions: argumentFields.completions().default([]),
  })

/** One message of a prompt. */
export const promptMessage = () =>
  z.object({
    role: z.enum(['system', 'user', 'assistant']),
    content: text(100_000).describe('The text, in the language of the engine.'),
  })

export const promptEngine = () => z.enum(['mustache', 'liquid', 'none'])

const folder = () =>
  z
    .string()
    .max(200)
    .regex(
      /^(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\/(?!$)|$))*$/,
      'must be names like those of prompts with "/" between, such as engineering/backend',
    )

const tags = () =>
  z.array(line(40).regex(/\S/, 'must not be blank')).max(20).describe('Words to find it by.')

const argumentsOf = <Argument extends z.ZodType<{ name: string }>>(argument: Argument) =>
  z
    .array(argument)
    .max(50)
    .refine(
      (all) => new Set(all.map(({ name }) => name)).size === all.length,
      'must not name an argument twice',
    )
    .describe('What the template is given.')

const contentFields = {
  title: () => line(200).describe('What people call it.'),
  description: () => text(2000).describe('What it is good for.'),
  tags,
  folder: () => folder().describe('Where it is filed, such as engineering; empty: nowhere.'),
  engine: () =>
    promptEngine().describe(
      'The template language: mustache, liquid, or none for text that is used as it is.',
    ),
  messages: () =>
    z.array(promptMessage()).min(1).max(50).describe('What the model is sent, in order.'),
}

/** What one version of a prompt says. */
export const promptContent = () =>
  z.object({
    title: contentFields.title(),
    description: contentFields.description(),
    tags: contentFields.tags(),
    folder: contentFields.folder(),
    engine: contentFields.engine(),
    arguments: argumentsOf(promptArgument()),
    messages: contentFields.messages(),
  })

/** The same where a person writes it: what is left out is filled in. */
export const promptContentToWrite = () =>
  z.object({
    title: contentFields.title().default('').describe('What people call it. Default: its name.'),
    description: contentFields.description().default(''),
    tags: contentFields.tags().default([]),
    folder: contentFields.folder().default(''),
    engine: contentFields.engine().default('mustache'),
    arguments: argumentsOf(argumentToWrite()).default([]),
    messages: contentFields.messages(),
  })

/** The same where only some of it changes. */
export const promptContentToChange = () =>
  z.object({
    title: contentFields.title().optional(),
    description: contentFields.description().optional(),
    tags: contentFields.tags().optional(),
    folder: contentFields.folder().optional(),
    engine: contentFields.engine().optional(),
    arguments: argumentsOf(argumentToWrite()).optional(),
    messages: contentFields.messages().optional(),
  })

/** Why a version was made. */
export const versionMessage = () =>
  line(500).describe('Why this version is made, for whoever reads the history.')

/** The form a prompt takes outside: one document for one version. */
export const promptFormat = () =>
  z
    .enum(['yaml', 'dotprompt', 'json'])
    .describe('The form of the text; dotprompt is what the files on disk are.')

export type PromptContent = z.output<ReturnType<typeof promptContent>>
export type PromptArgument = z.output<ReturnType<typeof promptArgument>>
export type PromptMessage = z.output<ReturnType<typeof promptMessage>>
export type PromptEngine = PromptContent['engine']
export type PromptFormat = z.output<ReturnType<typeof promptFormat>>
