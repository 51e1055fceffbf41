import { sendJson } from './api.js'
import { byId, element, problem, shown, whileBusy } from './elements.js'
import { inline } from './prose.js'
import { schemaForm } from './schema-form.js'

/**
 * @typedef {import('./api.js').Operation} Operation
 * @typedef {import('./api.js').Server} Server
 */

const find = byId('find', HTMLInputElement)
const found = byId('found', HTMLElement)
const select = byId('operation', HTMLSelectElement)
const form = byId('tool-form', HTMLFormElement)
const params = byId('params', HTMLElement)
const example = byId('example', HTMLButtonElement)
const text = byId('operation-text', HTMLElement)
const result = byId('result', HTMLOutputElement)

/** @type {{ server: string, group: string, operation: Operation }[]} */
let operations = []
/** @type {ReturnType<typeof schemaForm> | undefined} */
let fields

let current = new AbortController()

/** Lists the operations of the servers. The selected operation stays selected if it still exists. */
export async function showOperations() {
  /** @type {{ servers: Server[] }} */
  const { servers } = await sendJson('GET', 'servers')
  const grouped = servers.flatMap(({ name, operations }) =>
    operations.map((operation) => ({ server: name, group: operation.target ?? name, operation })),
  )
  // The operations of a server that have no target come last.
  operations = grouped.toSorted(
    (a, b) => Number(a.group === a.server) - Number(b.group === b.server),
  )
  listOperations()
}

/** Clears the last result and aborts a pending call. */
export function clearResult() {
  current.abort()
  current = new AbortController()
  result.replaceChildren()
}

/** Lists the operations that match the search. */
function listOperations() {
  const words = find.value.toLowerCase().split(/\s+/)
  const offered = operations.filter(({ group, operation: { operation, title, description } }) => {
    const searched = `${group} ${operation} ${title} ${description}`.toLowerCase()
    return words.every((word) => searched.includes(word))
  })
  const chosen = select.value
  const groups = new Map()
  for (const { group, operation } of offered) {
    const options = groups.get(group) ?? element('optgroup', { label: group })
    groups.set(group, options)
    options.append(element('option', { value: keyOf(operation) }, operation.title))
  }
  select.replaceChildren(...groups.values())
  found.textContent =
    find.value === '' ? '' : `${offered.length} of ${operations.length} operations`
  if (offered.some(({ operation }) => keyOf(operation) === chosen)) select.value = chosen
  if (select.value !== chosen || fields === undefined) showForm()
}

/** @param {Operation} operation */
function keyOf({ type, target, operation }) {
  return `${type} ${target ?? ''} ${operation}`
}

function chosenOperation() {
  return operations.find(({ operation }) => keyOf(operation) === select.value)?.operation
}

function showForm() {
  const operation = chosenOperation()
  clearResult()
  fields = operation && schemaForm(withTarget(operation))
  params.replaceChildren(...(fields === undefined ? [] : [fields.content]))
  text.replaceChildren()
  if (operation !== undefined) {
    const name = [operation.target, operation.operation].filter((part) => part !== undefined)
    text.append(element('strong', {}, name.join(' ')), ': ', ...inline(operation.description))
  }
  example.hidden = readyExample(operation) === undefined
}

/**
 * Returns the first example that needs no value from another call.
 *
 * @param {Operation | undefined} operation
 */
function readyExample(operation) {
  return operation?.examples.find(({ requires }) => requires === undefined)
}

/**
 * Returns the schema of the form. It contains the params, and the target if the user chooses the target.
 *
 * @param {Operation} operation
 */
function withTarget({ paramsSchema, targetKey, targetSchema, targetRequired }) {
  if (targetSchema === undefined) return paramsSchema
  const { properties = {}, required = [] } = paramsSchema
  return {
    ...paramsSchema,
    properties: { [targetKey]: targetSchema, ...properties },
    required: targetRequired ? [targetKey, ...required] : required,
  }
}

select.addEventListener('change', showForm)
find.addEventListener('input', listOperations)
find.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter') return
  // Enter would submit the form and run an operation that the user has not selected yet.
  event.preventDefault()
  select.focus()
})

example.addEventListener('click', () => {
  const operation = chosenOperation()
  const first = readyExample(operation)
  if (operation === undefined || first === undefined) return
  const { target } = first
  fields?.fill({
    ...(target === undefined ? {} : { [operation.targetKey]: target }),
    ...first.params,
  })
})

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void whileBusy(form, async () => {
    clearResult()
    const { signal } = current
    try {
      const operation = chosenOperation()
      if (operation === undefined || fields === undefined) return
      const { [operation.targetKey]: named, ...rest } = fields.read()
      const isNamed = operation.targetSchema !== undefined
      const target = isNamed ? named : operation.target
      const payload = {
        ...(target === undefined ? {} : { [operation.targetKey]: target }),
        operation: operation.operation,
        params: isNamed || named === undefined ? rest : { ...rest, [operation.targetKey]: named },
      }
      const request = { type: operation.type, payload }
      const response = await sendJson('POST', 'requests', request, signal)
      result.replaceChildren(element('pre', {}, shown(response.data.result ?? response.data)))
    } catch (thrown) {
      if (!signal.aborted) result.replaceChildren(problem(thrown))
    }
  })
})
