import { ApiError, send, readEvents } from './api.js'
import { brief, byId, element, problem, whileBusy } from './elements.js'
import { prose } from './prose.js'

/**
 * @typedef {{ payload: { operation: string, params?: Record<string, unknown> } & Record<string, unknown> }} ToolRequest
 * @typedef {{ status: 'success', data: Record<string, unknown> } | { status: 'error', error: { message: string } }} Outcome
 * @typedef {{ tool: string, arguments: Record<string, unknown>, request?: ToolRequest, outcome: Outcome }} Call
 */

const form = byId('prompt-form', HTMLFormElement)
const prompt = byId('prompt', HTMLTextAreaElement)
const steps = byId('steps', HTMLOListElement)
const output = byId('response', HTMLOutputElement)

let current = new AbortController()

/** Sends the prompt when the user presses the button, Ctrl+Enter or Cmd+Enter. */
export function enablePrompt() {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void whileBusy(form, async () => {
      clearPrompt()
      output.replaceChildren(element('p', { className: 'quiet' }, 'Working…'))
      const { signal } = current
      try {
        await run(signal)
      } catch (thrown) {
        if (!signal.aborted) output.replaceChildren(problem(thrown))
      }
    })
  })

  prompt.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
}

/** Clears the last response and aborts a running prompt. */
export function clearPrompt() {
  current.abort()
  current = new AbortController()
  steps.replaceChildren()
  output.replaceChildren()
}

/** @param {AbortSignal} signal */
async function run(signal) {
  const response = await send('POST', 'process', {
    body: { prompt: prompt.value },
    accept: 'text/event-stream',
    signal,
  })
  for await (const { event, data } of readEvents(response)) {
    if (event === 'chunk' && data.data.chunk.type === 'call-finished')
      showCall(data.data.chunk.call)
    else if (event === 'response') showResponse(data)
  }
}

/** @param {Call} call */
function showCall({ tool, arguments: callArguments, request, outcome }) {
  const {
    operation,
    params = {},
    ...target
  } = request?.payload ?? { operation: tool, params: callArguments }
  const name = [...Object.values(target), operation].join(' ')
  const list = Object.entries(params).map(([key, value]) => `${key}: ${brief(value)}`)
  const ending =
    outcome.status === 'success'
      ? brief(outcome.data['result'] ?? outcome.data)
      : `failed: ${outcome.error.message}`
  steps.append(element('li', {}, element('strong', {}, name), ` (${list.join(', ')}) → `, ending))
}

/** @param {import('./api.js').ResponseEnvelope & { data?: { result?: { response: string, model: string, offline: boolean } } }} response */
function showResponse({ data, error }) {
  if (error !== undefined) throw new ApiError(error)
  const result = data?.result
  if (result === undefined) return
  output.replaceChildren(prose(result.response))
  // Responses of the offline planner already contain a label.
  if (result.offline) return
  output.append(element('p', { className: 'quiet' }, `Response of ${result.model}.`))
}
