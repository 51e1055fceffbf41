import { ApiError, ask, readEvents } from './api.js'
import { byId, element, problem, whileBusy } from './elements.js'

const form = byId('prompt-form', HTMLFormElement)
const prompt = byId('prompt', HTMLTextAreaElement)
const steps = byId('steps', HTMLOListElement)
const answer = byId('answer', HTMLOutputElement)

/** Sends prompts, by the button or by Ctrl+Enter. */
export function enablePrompt() {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void whileBusy(form, async () => {
      steps.replaceChildren()
      answer.replaceChildren(element('p', { className: 'quiet' }, 'Working…'))
      try {
        await run()
      } catch (thrown) {
        answer.replaceChildren(problem(thrown))
      }
    })
  })

  prompt.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
}

async function run() {
  const response = await ask('POST', 'process', {
    body: { prompt: prompt.value },
    accept: 'text/event-stream',
  })
  for await (const { event, data } of readEvents(response)) {
    if (event === 'chunk') showStep(data.data.chunk)
    else if (event === 'response') showAnswer(data)
  }
}

/** @param {{ type: string, tool?: string, call?: { tool: string, arguments: unknown, outcome: { status: string, error?: { message: string } } } }} step */
function showStep({ type, call }) {
  if (type !== 'call-finished' || call === undefined) return
  const { outcome } = call
  const ending = outcome.status === 'success' ? 'done' : (outcome.error?.message ?? 'failed')
  steps.append(
    element(
      'li',
      {},
      element('code', {}, `${call.tool}(${JSON.stringify(call.arguments)})`),
      ` ${ending}`,
    ),
  )
}

/** @param {import('./api.js').Answer & { data?: { result?: { response: string, provider: string, model: string, offline: boolean } } }} response */
function showAnswer({ data, error }) {
  if (error !== undefined) throw new ApiError(error)
  const result = data?.result
  if (result === undefined) return
  const by = result.offline ? 'offline planner: no language model' : result.model
  answer.replaceChildren(
    element('pre', {}, result.response),
    element('p', { className: 'quiet' }, `Answered by ${by}.`),
  )
}
