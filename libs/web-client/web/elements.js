/**
 * Creates an element with its properties and children. Text is inserted as text, never as HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const created = Object.assign(document.createElement(tag), properties)
  created.append(...children)
  return created
}

/**
 * Returns the element of the page with an id.
 *
 * @throws If the page has no element with this id, or if the element has another class.
 *
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`The page has no #${id}.`)
}

/**
 * Formats a value for users. Text stays unchanged, and other values become JSON.
 *
 * @param {unknown} value
 */
export function shown(value) {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'nothing')
}

/**
 * Returns an element that shows an error.
 *
 * @param {unknown} thrown
 */
export function problem(thrown) {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return element('p', { className: 'problem' }, text)
}

/**
 * Formats a value as one short line.
 *
 * @param {unknown} value
 */
export function brief(value) {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

/**
 * Runs the work of a form. Does nothing while earlier work of the form runs, so that nothing is sent
 * twice. The buttons are `aria-disabled`, because a disabled button would lose the keyboard focus.
 *
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>} work
 */
export async function whileBusy(form, work) {
  if (form.ariaBusy === 'true') return
  const buttons = [...form.querySelectorAll('button')]
  form.ariaBusy = 'true'
  for (const button of buttons) button.ariaDisabled = 'true'
  try {
    await work()
  } finally {
    form.ariaBusy = null
    for (const button of buttons) button.ariaDisabled = null
  }
}
