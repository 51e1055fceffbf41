import type {
  CallToolResult,
  InputRequiredResult,
  RequestStateCodec,
  ServerContext,
} from '@modelcontextprotocol/server'
import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
} from '@modelcontextprotocol/server'

import type { ToolName } from '../../../conformance/src/fixture/catalogue.ts'
import {
  failure,
  forms,
  logMessages,
  progressSteps,
  prompting,
  stepMs,
  text,
  toolContents,
} from '../../../conformance/src/fixture/content.ts'

type Result = CallToolResult | InputRequiredResult

type Handler = (
  args: Readonly<Record<string, unknown>>,
  context: ServerContext,
) => Result | Promise<Result>

export interface ToolOptions {
  /** Changes the list of tools or prompts. */
  readonly change: (list: 'tools' | 'prompts') => void
  readonly state: RequestStateCodec<{ step: number }>
}

const wait = () => new Promise((resolve) => setTimeout(resolve, stepMs))
const say = (value: string) => ({ content: [text(value)] })

/** Requests a form under a key. If the request has a response to the form, passes it to `then`. */
function askForm(
  { mcpReq }: ServerContext,
  key: string,
  form: (typeof forms)[keyof typeof forms],
  message: string,
  then: (response: { action: string; content?: Record<string, unknown> }) => Result,
): Result {
  const response = inputResponse(mcpReq.inputResponses, key)
  if (response.kind === 'elicit') return then(response)
  return inputRequired({ inputRequests: { [key]: elicit(message, form) } })
}

export const elicit = (message: string, requestedSchema: object) =>
  inputRequired.elicit({
    message,
    // The type of the SDK does not accept a schema that is built from parts.
    requestedSchema: requestedSchema as Parameters<
      typeof inputRequired.elicit
    >[0]['requestedSchema'],
  })

function askModel({ mcpReq }: ServerContext, key: string, prompt: string): Result {
  const response = inputResponse(mcpReq.inputResponses, key)
  if (response.kind === 'sampling') {
    const { content } = response.result
    const [block] = Array.isArray(content) ? content : [content]
    return say(`LLM response: ${block?.type === 'text' ? block.text : 'not a text'}`)
  }
  return inputRequired({
    inputRequests: { [key]: inputRequired.createMessage(prompting(prompt, 100)) },
  })
}

export function createTools({ change, state }: ToolOptions): Readonly<Record<ToolName, Handler>> {
  const withState = async (context: ServerContext): Promise<Result> => {
    if (context.mcpReq.requestState<{ step: number }>()?.step === 1) return say('state-ok')
    return inputRequired({
      inputRequests: { confirm: elicit('Please confirm', forms.ok) },
      requestState: await state.mint({ step: 1 }),
    })
  }
  const summary = ({ action, content }: { action: string; content?: object }) =>
    say(`Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`)

  return {
    json_schema_2020_12_tool: (args) => say(JSON.stringify(args)),
    test_simple_text: () => ({ content: toolContents.test_simple_text }),
    test_image_content: () => ({ content: toolContents.test_image_content }),
    test_audio_content: () => ({ content: toolContents.test_audio_content }),
    test_embedded_resource: () => ({ content: toolContents.test_embedded_resource }),
    test_multiple_content_types: () => ({ content: toolContents.test_multiple_content_types }),
    async test_tool_with_logging(_args, { mcpReq }) {
      for (const message of logMessages) {
        await mcpReq.log('info', message)
        await wait()
      }
      return say('Tool with logging executed successfully')
    },
    async test_logging_tool(_args, { mcpReq }) {
      await mcpReq.log('info', 'Logged by the tool')
      return say('Logged')
    },
    async test_tool_with_progress(_args, { mcpReq }) {
      const progressToken = mcpReq._meta?.progressToken
      for (const progress of progressSteps) {
        if (progressToken !== undefined) {
          const params = { progressToken, progress, total: 100 }
          await mcpReq.notify({ method: 'notifications/progress', params })
        }
        await wait()
      }
      return say('Tool with progress executed successfully')
    },
    test_error_handling() {
      throw new Error(failure)
    },
    async test_reconnection(_args, { http }) {
      http?.closeSSE?.()
      await wait()
      return say('Reconnected')
    },
    test_header_argument: (args) => say(JSON.stringify(args)),
    test_sampling: ({ prompt }, context) => askModel(context, 'message', String(prompt)),
    test_elicitation: ({ message }, context) =>
      askForm(context, 'contact', forms.contact, String(message), summary),
    test_elicitation_sep1034_defaults: (_args, context) =>
      askForm(context, 'form', forms.defaults, 'Please review the form', summary),
    test_elicitation_sep1330_enums: (_args, context) =>
      askForm(context, 'form', forms.enums, 'Please select', summary),
    test_streaming_elicitation: (_args, context) =>
      askForm(context, 'confirm', forms.ok, 'Please confirm', summary),
    test_missing_capability: (_args, context) => askModel(context, 'message', 'Hello'),
    test_trigger_tool_change() {
      change('tools')
      return say('Changed')
    },
    test_trigger_prompt_change() {
      change('prompts')
      return say('Changed')
    },
    test_input_required_result_elicitation: (_args, context) =>
      askForm(context, 'user_name', forms.name, 'What is your name?', ({ content }) =>
        say(`Hello, ${String(content?.['name'])}!`),
      ),
    test_input_required_result_sampling: (_args, context) =>
      askModel(context, 'capital_question', 'What is the capital of France?'),
    test_input_required_result_list_roots(_args, { mcpReq }) {
      const response = inputResponse(mcpReq.inputResponses, 'client_roots')
      if (response.kind === 'roots') return say(JSON.stringify(response.roots))
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
    },
    test_input_required_result_request_state: (_args, context) => withState(context),
    test_input_required_result_tampered_state: (_args, context) => withState(context),
    async test_input_required_result_multiple_inputs(_args, { mcpReq }) {
      if (mcpReq.requestState<{ step: number }>()?.step === 1) return say('All answered')
      return inputRequired({
        inputRequests: {
          user_name: elicit('What is your name?', forms.name),
          greeting: inputRequired.createMessage(prompting('Generate a greeting', 50)),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await state.mint({ step: 1 }),
      })
    },
    async test_input_required_result_multi_round(_args, { mcpReq }) {
      const step = mcpReq.requestState<{ step: number }>()?.step ?? 0
      if (step === 2) return say('Both answered')
      const question =
        step === 0
          ? { step1: elicit('Step 1: What is your name?', forms.name) }
          : { step2: elicit('Step 2: What is your favorite color?', forms.color) }
      return inputRequired({
        inputRequests: question,
        requestState: await state.mint({ step: step + 1 }),
      })
    },
    test_input_required_result_capabilities(_args, context) {
      // The type of the SDK lacks the keys of the envelope.
      const envelope = context.mcpReq.envelope as Record<string, object> | undefined
      return !('elicitation' in (envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {}))
        ? askModel(context, 'message', 'Hello')
        : askForm(context, 'confirm', forms.ok, 'Please confirm', summary)
    },
  }
}
