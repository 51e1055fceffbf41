import { ApiError, send, sendJson, readEvents } from './api.js'
import { byId, element, problem, shown } from './elements.js'
import { schemaForm } from './schema-form.js'

const list = byId('events', HTMLOListElement)
const nothing = byId('no-events', HTMLElement)
const connection = byId('connection', HTMLElement)

const maxShown = 200
const maxBackoffMs = 10_000

let current = new AbortController()

/**
 * Shows the session's events until the next call of this function. Reconnects if the connection breaks.
 *
 * @param {{ onCatalogueChanged: () => void, onSessionEnded: () => void }} listeners
 */
export function followEvents(listeners) {
  current.abort()
  current = new AbortController()
  list.replaceChildren()
  nothing.hidden = false
  void follow(current.signal, listeners)
}

/**
 * @param {AbortSignal} signal
 * @param {Parameters<typeof followEvents>[0]} listeners
 */
async function follow(signal, { onCatalogueChanged, onSessionEnded }) {
  let lastId = ''
  let backoffMs = 500
  while (!signal.aborted) {
    try {
      /** @type {Record<string, string>} */
      const headers = lastId === '' ? {} : { 'last-event-id': lastId }
      const response = await send('GET', 'events', { accept: 'text/event-stream', headers, signal })
      connection.textContent = 'live'
      backoffMs = 500
      for await (const { id, event, data } of readEvents(response)) {
        lastId = id
        if (event !== 'stream-open') show(event, data)
        if (event === 'catalogue-changed') onCatalogueChanged()
        if (event === 'session-closed' || event === 'session-expired') {
          onSessionEnded()
          return
        }
      }
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.code === 'unauthenticated') return
    }
    if (signal.aborted) return
    connection.textContent = 'reconnecting…'
    await new Promise((resolve) => setTimeout(resolve, backoffMs))
    backoffMs = Math.min(backoffMs * 2, maxBackoffMs)
  }
}

/**
 * @param {string} type
 * @param {{ timestamp: string, data: Record<string, unknown> }} notification
 */
function show(type, { timestamp, data }) {
  nothing.hidden = true
  const time = element('time', { dateTime: timestamp }, new Date(timestamp).toLocaleTimeString())
  const item = element('li')
  if (type === 'interaction-required') {
    item.append(time, ' ', String(data['message']), interactionForm(data))
  } else {
    const details = element('details', {}, element('summary', {}, time, ` ${type}`))
    details.append(element('pre', {}, shown(data)))
    item.append(details)
  }
  list.prepend(item)
  while (list.children.length > maxShown) list.lastElementChild?.remove()
}

/**
 * Forms for the kinds of interactions whose responses have the shape of the standard.
 *
 * @type {Map<string, ReturnType<typeof formOf>>}
 */
const responseForms = new Map([
  [
    'sampling',
    {
      schema: { required: ['text'], properties: { text: { type: 'string', title: 'Message' } } },
      toContent: ({ text }) => ({
        role: 'assistant',
        content: { type: 'text', text },
        model: 'web-client',
      }),
    },
  ],
  [
    'roots',
    {
      schema: {
        required: ['uri'],
        properties: { uri: { type: 'string', title: 'URI, such as file:///home/ann/notes' } },
      },
      toContent: ({ uri }) => ({ roots: [{ uri }] }),
    },
  ],
])

/**
 * @param {unknown} schema
 * @returns {{ schema: import('./api.js').JsonSchema, toContent: (values: Record<string, unknown>) => unknown }}
 */
function formOf(schema) {
  const isSchema = typeof schema === 'object' && schema !== null
  return { schema: isSchema ? schema : {}, toContent: (values) => values }
}

/**
 * Returns a link for a URL that a server sent. Only web addresses become links, because a URL such as
 * `javascript:` would run code of the server in this page.
 *
 * @param {string} url
 */
function linkTo(url) {
  if (!/^https?:\/\//i.test(url)) return element('p', {}, url)
  const properties = { href: url, target: '_blank', rel: 'noopener noreferrer' }
  return element('p', {}, element('a', properties, url))
}

/**
 * Returns the form for an interaction.
 *
 * @param {Record<string, unknown>} interaction
 */
function interactionForm({ interactionId, kind, schema, url, sampling }) {
  const { schema: own, toContent } = responseForms.get(String(kind)) ?? formOf(schema)
  const fields = schemaForm(own)
  const form = element('form', {}, fields.content)
  if (sampling !== undefined) form.prepend(element('pre', {}, shown(sampling)))
  if (typeof url === 'string') form.prepend(linkTo(url))
  const row = element('div', { className: 'row' })
  for (const [action, label] of [
    ['accept', 'Accept'],
    ['decline', 'Decline'],
  ]) {
    row.append(element('button', { type: 'submit', value: action ?? '' }, label ?? ''))
  }
  form.append(row)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const action = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'decline'
    const body = action === 'accept' ? { action, content: toContent(fields.read()) } : { action }
    sendJson('POST', `interactions/${encodeURIComponent(String(interactionId))}`, body).then(
      () => form.replaceChildren(element('p', { className: 'quiet' }, `Your response: ${action}.`)),
      (thrown) => form.append(problem(thrown)),
    )
  })
  return form
}
