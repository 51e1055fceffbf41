import { ApiError, askJson, signIn } from './api.js'
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
  const isStranger = thrown instanceof ApiError && thrown.code === 'unauthenticated'
  signInForm.hidden = !isStranger
  work.hidden = isStranger
  // Whoever has not tried a token yet is asked for one, and has done nothing wrong.
  problemText.hidden = thrown === undefined || (isStranger && token.value === '')
  problemText.textContent = thrown instanceof Error ? thrown.message : ''
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
  const { llm } = await askJson('GET', 'health')
  byId('model', HTMLElement).textContent = llm.label
}

/** Goes on with this browser's session; without one, the service begins one. */
async function join() {
  clearPrompt()
  clearResult()
  const session = await askJson('GET', 'sessions/current')
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
    await askJson('DELETE', 'sessions/current')
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
