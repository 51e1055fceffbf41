import * as z from 'zod'

/** Maximum length of the text of a message, prompt or instruction, in characters. */
const maxTextLength = 1_000_000

const textBlock = () => z.object({ type: z.literal('text'), text: z.string().max(maxTextLength) })

const toolUseBlock = () =>
  z.object({
    type: z.literal('tool-use'),
    id: z
      .string()
      .min(1)
      .max(256)
      .describe('Id of the call. The toolUseId of its tool-result is the same.'),
    name: z.string().min(1).max(64),
    input: z.unknown().describe('Arguments of the tool.'),
  })

const toolResultBlock = () =>
  z.object({
    type: z.literal('tool-result'),
    toolUseId: z
      .string()
      .min(1)
      .max(256)
      .describe('Id of the tool-use that this result belongs to.'),
    content: z.string().max(maxTextLength).describe('Result of the call.'),
    isError: z.boolean().optional(),
  })

/** One message of a conversation. A string as `content` stands for one text block. */
const messageSchema = () =>
  z.object({
    role: z.enum(['user', 'assistant']),
    content: z.union([
      z.string().max(maxTextLength),
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
      'The conversation. Each tool-use of the assistant needs a tool-result in the next message.',
    )

export const promptParam = () =>
  z.string().min(1).max(maxTextLength).describe('The prompt for the language model.')

export const systemParam = () =>
  z
    .string()
    .max(maxTextLength)
    .optional()
    .describe('System instructions, placed before the conversation.')

export const modelParam = () =>
  z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Name of the model. Default: chosen by modelPreferences, or by the provider.')

const priority = (what: string) =>
  z.number().min(0).max(1).optional().describe(`Importance of ${what}, from 0 to 1. Default: 0.`)

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
        .describe('Parts of model names, the most preferred first.'),
      costPriority: priority('a low cost'),
      speedPriority: priority('speed'),
      intelligencePriority: priority('intelligence'),
    })
    .optional()
    .describe('Preferences for the choice of a model, if model is absent.')

export const maxTokensParam = () =>
  z.int().min(1).max(1_000_000).describe('Maximum length of the response, in tokens.')

export const temperatureParam = () =>
  z
    .number()
    .min(0)
    .max(2)
    .optional()
    .describe('Sampling temperature. Default: that of the provider.')

export const stopSequencesParam = () =>
  z
    .array(z.string().min(1).max(256))
    .max(16)
    .optional()
    .describe('Texts at which the response stops.')

export const approvalParam = () =>
  z
    .enum(['never', 'request', 'response', 'both'])
    .optional()
    .describe(
      'Parts that a user must approve: the request, the response, or both. The operator may require more. Default: the approval that the operator requires.',
    )

export const purposeParam = () =>
  z
    .string()
    .max(500)
    .optional()
    .describe('Purpose of the response, shown to the user who approves it.')

export const usageSchema = () =>
  z.object({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) })

export const selectionSchema = () =>
  z.object({
    candidates: z.array(
      z.object({
        model: z.string(),
        provider: z.string(),
        score: z.number().optional().describe('Score by the priorities, from 0 to 1.'),
      }),
    ),
    reason: z.string().describe('Reason for the choice of this model.'),
  })

export const stopReasonSchema = () =>
  z.enum(['stop', 'tool-calls', 'length', 'content-filter', 'other'])

/** Result of a completed `createMessage`. */
export const messageResult = () =>
  z.object({
    messageId: z.string(),
    role: z.literal('assistant'),
    content: z.array(z.discriminatedUnion('type', [textBlock(), toolUseBlock()])),
    value: z.unknown().optional().describe('The response as JSON, if responseSchema was given.'),
    model: z.string(),
    stopReason: stopReasonSchema(),
    usage: usageSchema(),
    selection: selectionSchema(),
  })

/**
 * Result of a call that is not complete at its deadline, because it waits for approval or for the
 * response of the model.
 */
export const pendingResult = () =>
  z.object({
    status: z.literal('pending'),
    interactionId: z
      .string()
      .optional()
      .describe(
        'Id of the pending approval. Pass it as approvalId to approve or reject. Absent while the model is generating.',
      ),
    messageId: z.string().describe('Id for fetching the result with get.'),
  })
