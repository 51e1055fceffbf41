import { ApiError, sendJson, signIn } from './api.js'
import { byId } from './elements.js'
import { followEvents } from './events.js'
import { clearPrompt, enablePrompt } from './prompt.js'
import { clearResult, showOperations } from './tools.js'

const work = byId('work', HTMLElement)
const signInForm = byId('sign-in', HTMLFormElement)
const token = byId('token', HTMLInputElement)
const problemText = byId('problem', HTMLElement)

/** @param {unknown} thrown */
function showProblem(thrown) {
  const isSignedOut = thrown instanceof ApiError && thrown.code === 'unauthenticated'
  signInForm.hidden = !isSignedOut
  work.hidden = isSignedOut
  // If the user has not entered a token yet, only the sign-in form is shown, without an error.
  problemText.hidden = thrown === undefined || (isSignedOut && token.value === '')
  const message = thrown instanceof Error ? thrown.message : ''
  // The message of the service describes the HTTP header that a program has to send.
  problemText.textContent = isSignedOut
    ? 'This token is not valid. Check it, and sign in again.'
    : message
}

/** @param {() => Promise<void>} task */
async function attempt(task) {
  try {
    await task()
    showProblem(undefined)
  } catch (thrown) {
    showProblem(thrown)
  }
}

async function showModel() {
  const { llm } = await sendJson('GET', 'health')
  byId('model', HTMLElement).textContent = llm.label
}

/** Continues this browser's session. If there is none, the service opens one. */
async function join() {
  clearPrompt()
  clearResult()
  const session = await sendJson('GET', 'sessions/current')
  byId('session', HTMLElement).textContent = session.sessionId
  followEvents({
    onCatalogueChanged: () => void attempt(showOperations),
    onSessionEnded: () => void attempt(join),
  })
}

async function start() {
  await showModel()
  await join()
  await showOperations()
}

byId('new-session', HTMLButtonElement).addEventListener('click', () => {
  void attempt(async () => {
    await sendJson('DELETE', 'sessions/current')
    await join()
  })
})

signInForm.addEventListener('submit', (event) => {
  event.preventDefault()
  signIn(token.value)
  void attempt(start)
})

enablePrompt()
void attempt(start)
