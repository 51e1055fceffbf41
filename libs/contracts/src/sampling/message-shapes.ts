import * as z from 'zod'

/** The longest text that one message, prompt or instruction may have, in characters. */
const longestText = 1_000_000

const textBlock = () => z.object({ type: z.literal('text'), text: z.string().max(longestText) })

const toolUseBlock = () =>
  z.object({
    type: z.literal('tool-use'),
    id: z.string().min(1).max(256).describe('By which its tool-result names it.'),
    name: z.string().min(1).max(64),
    input: z.unknown().describe("The tool's arguments."),
  })

const toolResultBlock = () =>
  z.object({
    type: z.literal('tool-result'),
    toolUseId: z.string().min(1).max(256).describe('The id of the tool-use it answers.'),
    content: z.string().max(longestText).describe('What came of the call.'),
    isError: z.boolean().optional(),
  })

/** One turn of a conversation. A text alone is short for one block of text. */
const messageSchema = () =>
  z.object({
    role: z.enum(['user', 'assistant']),
    content: z.union([
      z.string().max(longestText),
      z
        .array(z.discriminatedUnion('type', [textBlock(), toolUseBlock(), toolResultBlock()]))
        .min(1)
        .max(1000),
    ]),
  })

export const messagesParam = () =>
  z
    .array(messageSchema())
    .min(1)
    .max(1000)
    .describe(
      'The conversation. Each tool-use of an assistant is answered by a tool-result in the message after it.',
    )

export const promptParam = () =>
  z.string().min(1).max(longestText).describe('What the language model is asked.')

export const systemParam = () =>
  z.string().max(longestText).optional().describe('Instructions that come before the conversation.')

export const modelParam = () =>
  z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe(
      'The model that answers. Default: chosen by the preferences, or left to the provider.',
    )

const priority = (what: string) =>
  z.number().min(0).max(1).optional().describe(`How much ${what} counts, from 0 to 1. Default: 0.`)

export const preferencesParam = () =>
  z
    .object({
      hints: z
        .array(
          z.union([
            z.string().min(1).max(256),
            z.object({ name: z.string().min(1).max(256).optional() }),
          ]),
        )
        .max(20)
        .optional()
        .describe('Parts of model names, the most wanted first.'),
      costPriority: priority('a low cost'),
      speedPriority: priority('speed'),
      intelligencePriority: priority('intelligence'),
    })
    .optional()
    .describe('Which model is wanted, where none is named.')

export const maxTokensParam = () =>
  z.int().min(1).max(1_000_000).describe('The longest answer, in tokens.')

export const temperatureParam = () =>
  z
    .number()
    .min(0)
    .max(2)
    .optional()
    .describe('How freely it answers. Default: as the provider does.')

export const stopSequencesParam = () =>
  z
    .array(z.string().min(1).max(256))
    .max(16)
    .optional()
    .describe('Texts that end the answer where they would stand.')

export const approvalParam = () =>
  z
    .enum(['never', 'request', 'response', 'both'])
    .optional()
    .describe(
      'What a person approves first: the request, the answer, or both. The operator may ask for more. Default: what the operator asks for.',
    )

export const purposeParam = () =>
  z
    .string()
    .max(500)
    .optional()
    .describe('What the answer is for, in words a person who approves it reads.')

export const usageSchema = () =>
  z.object({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) })

export const selectionSchema = () =>
  z.object({
    candidates: z.array(
      z.object({
        model: z.string(),
        provider: z.string(),
        score: z.number().optional().describe('By the priorities, from 0 to 1.'),
      }),
    ),
    reason: z.string().describe('Why it is this model.'),
  })

export const stopReasonSchema = () =>
  z.enum(['stop', 'tool-calls', 'length', 'content-filter', 'other'])

/** What a finished `createMessage` answers. */
export const messageResult = () =>
  z.object({
    messageId: z.string(),
    role: z.literal('assistant'),
    content: z.array(z.discriminatedUnion('type', [textBlock(), toolUseBlock()])),
    value: z.unknown().optional().describe('The answer as JSON, where responseSchema was given.'),
    model: z.string(),
    stopReason: stopReasonSchema(),
    usage: usageSchema(),
    selection: selectionSchema(),
  })

/** What a call answers that still waits when its caller's deadline comes. */
export const pendingResult = () =>
  z.object({
    status: z.literal('pending'),
    interactionId: z
      .string()
      .optional()
      .describe(
        'The approval it waits for, which approve and reject take as approvalId; absent while the model is still writing.',
      ),
    messageId: z.string().describe('By which get fetches the outcome.'),
  })
