import { askJson } from './api.js'
import { byId, element, problem, shown, whileBusy } from './elements.js'
import { schemaForm } from './schema-form.js'

/**
 * @typedef {import('./api.js').Operation} Operation
 * @typedef {import('./api.js').Server} Server
 */

const select = byId('operation', HTMLSelectElement)
const form = byId('tool-form', HTMLFormElement)
const params = byId('params', HTMLElement)
const text = byId('operation-text', HTMLElement)
const result = byId('result', HTMLOutputElement)

/** @type {Operation[]} */
let operations = []
/** @type {ReturnType<typeof schemaForm> | undefined} */
let fields

/** Lists what the servers can do, and keeps what is chosen where it is still there. */
export async function showOperations() {
  /** @type {{ servers: Server[] }} */
  const { servers } = await askJson('GET', 'servers')
  const chosen = select.value
  operations = []
  const groups = new Map()
  for (const server of servers) {
    for (const operation of server.operations) {
      const name = `${server.name}${operation.target === undefined ? '' : ` · ${operation.target}`}`
      const group = groups.get(name) ?? element('optgroup', { label: name })
      groups.set(name, group)
      const value = `${operation.type} ${operation.target ?? ''} ${operation.operation}`
      group.append(element('option', { value }, operation.title))
      operations.push(operation)
    }
  }
  select.replaceChildren(...groups.values())
  if ([...select.options].some(({ value }) => value === chosen)) select.value = chosen
  if (select.value !== chosen || fields === undefined) showForm()
}

function chosenOperation() {
  return operations.find(
    ({ type, target, operation }) => select.value === `${type} ${target ?? ''} ${operation}`,
  )
}

function showForm() {
  const operation = chosenOperation()
  result.replaceChildren()
  if (operation === undefined) return
  fields = schemaForm(withTarget(operation))
  params.replaceChildren(fields.content)
  text.textContent = operation.description
}

/**
 * The schema of what a person fills in: the params, and the target where the caller names it.
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

byId('example', HTMLButtonElement).addEventListener('click', () => {
  const operation = chosenOperation()
  const [example] = operation?.examples ?? []
  if (operation === undefined || example === undefined) return
  const { target } = example
  fields?.fill({
    ...(target === undefined ? {} : { [operation.targetKey]: target }),
    ...example.params,
  })
})

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void whileBusy(form, async () => {
    try {
      const operation = chosenOperation()
      if (operation === undefined || fields === undefined) return
      const { [operation.targetKey]: named, ...rest } = fields.read()
      const isNamed = operation.targetSchema !== undefined
      const target = isNamed ? named : operation.target
      const answer = await askJson('POST', 'requests', {
        type: operation.type,
        payload: {
          ...(target === undefined ? {} : { [operation.targetKey]: target }),
          operation: operation.operation,
          params: isNamed || named === undefined ? rest : { ...rest, [operation.targetKey]: named },
        },
      })
      result.replaceChildren(element('pre', {}, shown(answer.data.result ?? answer.data)))
    } catch (thrown) {
      result.replaceChildren(problem(thrown))
    }
  })
})
