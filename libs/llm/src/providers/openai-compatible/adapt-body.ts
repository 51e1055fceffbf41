import { isRecord, McpError } from '@mcp/protocol'

type Body = Readonly<Record<string, unknown>>

/** A change of the request body that some models require. */
interface Adaptation {
  /** Matches the message with which a provider refuses the unchanged body. */
  readonly refusal: RegExp
  /** Returns the changed body. Returns an equal body if there is nothing to change. */
  readonly apply: (body: Body) => Body
}

const unsupported =
  '.*(?:support|unrecognized|unknown|not permitted|deprecated|only the default|extra inputs)'
const about = (name: string): RegExp => new RegExp(`(?=${unsupported}).*${name}`, 'is')

const adaptations: readonly Adaptation[] = [
  // Newer models of OpenAI
  {
    refusal: /max_completion_tokens/,
    apply({ max_tokens, ...body }) {
      return max_tokens === undefined ? body : { ...body, max_completion_tokens: max_tokens }
    },
  },
  { refusal: about('temperature'), apply: (body) => without(body, 'temperature') },
  { refusal: about('stream_options'), apply: (body) => without(body, 'stream_options') },
  {
    refusal: about('(?:response_format|json_schema|structured)'),
    apply: (body) => without(body, 'response_format'),
  },
  // DeepSeek and Kimi require reasoning in each message with tool calls, also in those that another model
  // wrote.
  {
    refusal: /reasoning_content/,
    apply: (body) =>
      changeToolMessages(body, (message) => ({ reasoning_content: ' ', ...message })),
  },
  // Gemini requires a signature in each call. Google documents `skip_thought_signature_validator` for calls
  // that another model made.
  {
    refusal: /thought_signature/,
    apply: (body) =>
      changeCalls(body, (call) => ({
        extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } },
        ...call,
      })),
  },
  // Mistral accepts only ids of 9 letters and digits.
  { refusal: /tool call id.*length of 9/is, apply: shortenIds },
  {
    refusal: /content.*(?:must|should|cannot|may not).*(?:string|empty|null)/is,
    apply: (body) =>
      changeToolMessages(body, ({ content, ...message }) =>
        content === null ? message : { ...message, content },
      ),
  },
]

/** The adaptations that the models of a provider require. Each is known after the first refusal that requires it. */
export interface BodyAdapter {
  adapt(body: Body): Body
  /** Returns the body to send after a refusal, or undefined if it matches no further adaptation. */
  adaptAfter(refusal: unknown, body: Body): Body | undefined
}

export function createBodyAdapter(): BodyAdapter {
  const known = new Map<unknown, Set<Adaptation>>()

  function adapt(body: Body): Body {
    let adapted = body
    for (const { apply } of known.get(body['model']) ?? []) adapted = apply(adapted)
    return adapted
  }

  return {
    adapt,
    adaptAfter(refusal, body) {
      if (!McpError.is(refusal) || refusal.details?.['reason'] !== 'provider-refused')
        return undefined
      // Another call may have found an adaptation since this body was sent.
      const adapted = adapt(body)
      if (JSON.stringify(adapted) !== JSON.stringify(body)) return adapted
      const { model } = body
      const used = known.get(model) ?? new Set()
      const found = adaptations.find(
        (adaptation) => !used.has(adaptation) && adaptation.refusal.test(refusal.message),
      )
      if (found === undefined) return undefined
      known.set(model, used.add(found))
      return found.apply(body)
    },
  }
}

const without = (body: Body, name: string): Body =>
  Object.fromEntries(Object.entries(body).filter(([field]) => field !== name))

function changeMessages(body: Body, change: (message: Body) => Body): Body {
  const { messages } = body
  if (!Array.isArray(messages)) return body
  return {
    ...body,
    messages: messages.map((message: unknown) => (isRecord(message) ? change(message) : message)),
  }
}

const changeToolMessages = (body: Body, change: (message: Body) => Body): Body =>
  changeMessages(body, (message) => ('tool_calls' in message ? change(message) : message))

function changeCalls(body: Body, change: (call: Body) => Body): Body {
  return changeToolMessages(body, (message) => {
    const { tool_calls: calls } = message
    return {
      ...message,
      tool_calls: Array.isArray(calls) ? calls.filter(isRecord).map(change) : calls,
    }
  })
}

function shortenIds(body: Body): Body {
  const ids = new Map<unknown, string>()
  const shorten = (id: unknown): string => {
    const short = ids.get(id) ?? String(ids.size + 1).padStart(9, '0')
    ids.set(id, short)
    return short
  }
  const withCalls = changeCalls(body, (call) => ({ ...call, id: shorten(call['id']) }))
  return changeMessages(withCalls, (message) =>
    'tool_call_id' in message
      ? { ...message, tool_call_id: shorten(message['tool_call_id']) }
      : message,
  )
}
