/**
 * An element with its properties and children. Text always goes in as text, never as HTML.
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
 * The page's element with that id, of the kind it must be.
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
 * A value as a person reads it: text as it is, all else as JSON.
 *
 * @param {unknown} value
 */
export function shown(value) {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'nothing')
}

/**
 * A problem, in the place of a result.
 *
 * @param {unknown} thrown
 */
export function problem(thrown) {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return element('p', { className: 'problem' }, text)
}

/**
 * A value in one line, for where a glance is enough.
 *
 * @param {unknown} value
 */
export function brief(value) {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

/**
 * Runs a form's work and nothing else of it meanwhile, so that nothing is sent twice. Its buttons
 * stay where the keyboard left them, which a disabled one does not.
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
