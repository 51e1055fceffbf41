import * as z from 'zod'

/**
 * Name of a prompt. It consists of lower-case letters, digits and hyphens, because the names of prompt
 * files must differ on file systems that ignore case.
 */
export const promptName = () =>
  z
    .string()
    .max(64)
    .regex(
      /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
      'must be lower-case letters and digits, separated by hyphens, such as code-review',
    )

/**
 * Label of one version of a prompt. It can be moved to another version. It must not look like a version
 * number.
 */
export const promptLabel = () =>
  z
    .string()
    .max(64)
    .regex(
      /^(?!latest$|v?\d)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
      'must be lower-case letters and digits, separated by hyphens, such as production; it must not look like a number, and "latest" is reserved for the newest version',
    )

/** Label of the version to read, or `latest`. */
export const promptLabelToRead = () =>
  z
    .union([z.literal('latest'), promptLabel()])
    .optional()
    .describe(
      'Label of the version, such as production. Default, without version: the newest version.',
    )

export const promptVersion = () => z.int().min(1).max(999_999)

export const promptVersionToRead = () =>
  promptVersion().optional().describe('Number of the version.')

const text = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')

const line = (maximum: number) => text(maximum).regex(/^[^\r\n]*$/, 'must be a single line')

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
        .describe('The value is suggested only if the other arguments have these values.'),
    }),
  ])

const argumentFields = {
  name: () => argumentName().describe('Name of the argument in the template.'),
  description: () => text(2000).describe('Description of the argument.'),
  required: () => z.boolean().describe('Whether the argument is required.'),
  schema: () =>
    z
      .record(z.string(), z.unknown())
      .describe(
        'JSON Schema of the value. If the argument is absent, the default of the schema is used.',
      ),
  completions: () =>
    z.array(completion()).max(200).describe('Values to suggest while the user types.'),
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
    content: text(100_000).describe('The text, in the template language of the engine.'),
  })

export const promptEngine = () => z.enum(['mustache', 'liquid', 'none'])

const folder = () =>
  z
    .string()
    .max(200)
    .regex(
      /^(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\/(?!$)|$))*$/,
      'must be names of lower-case letters, digits and hyphens, separated by "/", such as engineering/backend',
    )

const tags = () =>
  z
    .array(line(40).regex(/\S/, 'must not be blank'))
    .max(20)
    .describe('Tags for finding the prompt.')

const argumentsOf = <Argument extends z.ZodType<{ name: string }>>(argument: Argument) =>
  z
    .array(argument)
    .max(50)
    .refine(
      (all) => new Set(all.map(({ name }) => name)).size === all.length,
      'must not contain an argument twice',
    )
    .describe('Arguments of the template.')

const contentFields = {
  title: () => line(200).describe('Title shown to users.'),
  description: () => text(2000).describe('Purpose of the prompt.'),
  tags,
  folder: () => folder().describe('Folder of the prompt, such as engineering. Empty: no folder.'),
  engine: () =>
    promptEngine().describe('Template language: mustache, liquid, or none for plain text.'),
  messages: () =>
    z.array(promptMessage()).min(1).max(50).describe('Messages for the model, in order.'),
}

/** The content of one version of a prompt. */
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

/** The content of a new prompt. An absent field has its default. */
export const promptContentToWrite = () =>
  z.object({
    title: contentFields.title().default('').describe('Title shown to users. Default: the name.'),
    description: contentFields.description().default(''),
    tags: contentFields.tags().default([]),
    folder: contentFields.folder().default(''),
    engine: contentFields.engine().default('mustache'),
    arguments: argumentsOf(argumentToWrite()).default([]),
    messages: contentFields.messages(),
  })

/** The content of an update. An absent field is not changed. */
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

/** Reason for a version. */
export const versionMessage = () =>
  line(500).describe('Reason for this version, shown in the history.')

/** Format of an exported prompt. The document contains one version. */
export const promptFormat = () =>
  z.enum(['yaml', 'dotprompt', 'json']).describe('Format of the text. Files on disk are dotprompt.')

export type PromptContent = z.output<ReturnType<typeof promptContent>>
export type PromptArgument = z.output<ReturnType<typeof promptArgument>>
export type PromptMessage = z.output<ReturnType<typeof promptMessage>>
export type PromptEngine = PromptContent['engine']
export type PromptFormat = z.output<ReturnType<typeof promptFormat>>
