import { element } from './elements.js'

/**
 * Returns text as paragraphs, with text in backticks as code. Other Markdown stays unchanged, because
 * it is readable without formatting.
 *
 * @param {string} text
 */
export function prose(text) {
  const pieces = text.split(/^```.*$/m)
  const content = element('div', { className: 'prose' })
  for (const [index, piece] of pieces.entries()) {
    const trimmed = piece.replace(/^\n+|\s+$/g, '')
    if (trimmed === '') continue
    if (index % 2 === 1) content.append(element('pre', {}, trimmed))
    else content.append(...trimmed.split(/\n{2,}/).map((part) => element('p', {}, ...inline(part))))
  }
  return content
}

/**
 * Returns a paragraph of text, with text in backticks as code.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function inline(text) {
  return text
    .split(/`([^`\n]+)`/)
    .map((piece, index) => (index % 2 === 1 ? element('code', {}, piece) : piece))
}
