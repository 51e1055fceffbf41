import { ApiError, send, readEvents } from './api.js'
import { brief, byId, element, problem, whileBusy } from './elements.js'
import { prose } from './prose.js'

/**
 * @typedef {{ callId: string, tool: string, operation?: string, arguments: unknown }} ProposedCall
 * @typedef {{ status: 'success', preview: string } | { status: 'error', error: { message: string } }} Outcome
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
  /** @type {Map<string, ProposedCall>} */
  const proposed = new Map()
  for await (const { event, data } of readEvents(response)) {
    if (event === 'response') showResponse(data)
    if (event !== 'chunk') continue
    const { chunk } = data.data
    if (chunk.type === 'call-proposed') proposed.set(chunk.callId, chunk)
    const call = chunk.type === 'call-finished' ? proposed.get(chunk.callId) : undefined
    if (call !== undefined) showCall(call, chunk.outcome)
  }
}

/**
 * @param {ProposedCall} call
 * @param {Outcome} outcome
 */
function showCall({ tool, operation = tool, arguments: callArguments }, outcome) {
  const entries = Object.entries(Object(callArguments))
  const list = entries.map(([key, value]) => `${key}: ${brief(value)}`)
  const ending =
    outcome.status === 'success' ? brief(outcome.preview) : `failed: ${outcome.error.message}`
  steps.append(
    element('li', {}, element('strong', {}, operation), ` (${list.join(', ')}) → `, ending),
  )
}

/** @param {import('./api.js').ResponseEnvelope & { data?: { result?: { response: string, model: string, offline: boolean, error?: { message: string } } } }} response */
function showResponse({ data, error }) {
  if (error !== undefined) throw new ApiError(error)
  const result = data?.result
  if (result === undefined) return
  output.replaceChildren(prose(result.response))
  if (result.error !== undefined) {
    output.append(element('p', { className: 'quiet' }, `Cut off: ${result.error.message}`))
  }
  // Responses of the offline planner already contain a label.
  if (result.offline) return
  output.append(element('p', { className: 'quiet' }, `Response of ${result.model}.`))
}
