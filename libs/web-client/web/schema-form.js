import { element, shown } from './elements.js'
import { inline } from './prose.js'

/** @typedef {import('./api.js').JsonSchema} JsonSchema */

/**
 * One field of a form: its setter and getter.
 *
 * @typedef {{ set: (value: unknown) => void, read: () => unknown }} Field
 */

/**
 * Creates the fields of a form from the JSON Schema of an object.
 *
 * @param {JsonSchema} schema
 */
export function schemaForm(schema) {
  const required = new Set(schema.required ?? [])
  const content = document.createDocumentFragment()
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { wrapper, field } = createField(name, property, required.has(name))
    content.append(wrapper)
    return /** @type {const} */ ([name, field])
  })

  return {
    content,
    /** @param {Record<string, unknown>} values */
    fill(values) {
      for (const [name, field] of fields) field.set(values[name])
    },
    /** Returns the values of the fields without the empty ones. */
    read() {
      return Object.fromEntries(
        fields.map(([name, { read }]) => [name, read()]).filter(([, value]) => value !== undefined),
      )
    },
  }
}

/**
 * @param {string} name
 * @param {JsonSchema} schema
 * @param {boolean} isRequired
 * @returns {{ wrapper: HTMLElement, field: Field }}
 */
function createField(name, schema, isRequired) {
  const id = `param-${name}`
  const { control, field } = controlFor(name, schema)
  control.id = id
  const isCheck = control instanceof HTMLInputElement && control.type === 'checkbox'
  if (!isCheck) control.required = isRequired
  const text = `${schema.title ?? name}${isRequired || isCheck ? '' : ' (optional)'}`
  const label = element('label', { htmlFor: id }, text)
  const wrapper = element('div', { className: 'field' })
  if (isCheck) wrapper.append(element('div', { className: 'check' }, control, label))
  else wrapper.append(label, control)
  if (schema.description !== undefined) {
    const help = element(
      'p',
      { className: 'quiet', id: `${id}-help` },
      ...inline(schema.description),
    )
    control.setAttribute('aria-describedby', help.id)
    wrapper.append(help)
  }
  return { wrapper, field }
}

/**
 * @param {string} name
 * @param {JsonSchema} schema
 * @returns {{ control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, field: Field }}
 */
function controlFor(name, schema) {
  if (schema.enum !== undefined) return choice(schema.enum, schema.default)
  switch (schema.type) {
    case 'boolean':
      return checkbox(schema.default === true)
    case 'number':
    case 'integer':
      return number(schema)
    case 'string':
      return text(schema, /text|content|template|html|message|data/i.test(name))
    default:
      return json(schema)
  }
}

/**
 * @param {unknown[]} values
 * @param {unknown} preset
 */
function choice(values, preset) {
  const control = element('select', {}, element('option', { value: '' }, '—'))
  for (const [index, value] of values.entries()) {
    control.append(element('option', { value: String(index) }, String(value)))
  }
  const set = (/** @type {unknown} */ value) => {
    const index = values.indexOf(value)
    control.value = index === -1 ? '' : String(index)
  }
  set(preset)
  const read = () => (control.value === '' ? undefined : values[Number(control.value)])
  return { control, field: { set, read } }
}

/** @param {boolean} preset */
function checkbox(preset) {
  const control = element('input', { type: 'checkbox', checked: preset })
  const set = (/** @type {unknown} */ value) => {
    control.checked = value === undefined ? preset : value === true
  }
  // An unchanged value is omitted, so that the default of the server applies.
  const read = () => (control.checked === preset ? undefined : control.checked)
  return { control, field: { set, read } }
}

/** @param {JsonSchema} schema */
function number(schema) {
  const step = schema.type === 'integer' ? '1' : 'any'
  const control = element('input', { type: 'number', step, placeholder: presetOf(schema) })
  // The schema of an integer without limits has bounds of 16 digits. They would make the error message
  // of the browser unreadable.
  if (isShort(schema.minimum)) control.min = String(schema.minimum)
  if (isShort(schema.maximum)) control.max = String(schema.maximum)
  const set = (/** @type {unknown} */ value) => {
    control.value = value === undefined ? '' : shown(value)
  }
  const read = () => (control.value === '' ? undefined : control.valueAsNumber)
  return { control, field: { set, read } }
}

/** @param {number | undefined} bound */
const isShort = (bound) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER

/**
 * @param {JsonSchema} schema
 * @param {boolean} isLong
 */
function text(schema, isLong) {
  const placeholder = presetOf(schema)
  const control = isLong
    ? growing(element('textarea', { rows: 3, placeholder }))
    : element('input', { type: 'text', placeholder })
  if (schema.maxLength !== undefined) control.maxLength = schema.maxLength
  const set = (/** @type {unknown} */ value) => {
    control.value = value === undefined ? '' : shown(value)
    control.dispatchEvent(new Event('input'))
  }
  const read = () => (control.value === '' ? undefined : control.value)
  return { control, field: { set, read } }
}

/** @param {JsonSchema} schema */
function json(schema) {
  const placeholder = schema.type === 'array' ? '[…] as JSON' : 'JSON'
  const control = growing(
    element('textarea', { rows: 4, className: 'json', spellcheck: false, placeholder }),
  )
  control.addEventListener('input', () => control.setCustomValidity(''))
  const set = (/** @type {unknown} */ value) => {
    control.value = value === undefined ? '' : JSON.stringify(value, null, 2)
    control.dispatchEvent(new Event('input'))
  }
  const read = () => {
    if (control.value.trim() === '') return undefined
    try {
      return JSON.parse(control.value)
    } catch {
      control.setCustomValidity('Invalid JSON. Text needs quotation marks.')
      control.reportValidity()
      throw new Error(`${control.id.slice('param-'.length)}: invalid JSON.`)
    }
  }
  return { control, field: { set, read } }
}

/**
 * Makes a text area grow with its text, up to the maximum of the style sheet.
 *
 * @param {HTMLTextAreaElement} control
 */
function growing(control) {
  control.addEventListener('input', () => {
    control.style.height = 'auto'
    const borders = control.offsetHeight - control.clientHeight
    if (control.scrollHeight > control.clientHeight) {
      control.style.height = `${control.scrollHeight + borders}px`
    }
  })
  return control
}

/** @param {JsonSchema} schema */
function presetOf(schema) {
  return schema.default === undefined ? '' : shown(schema.default)
}
