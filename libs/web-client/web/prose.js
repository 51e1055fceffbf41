import { element } from './elements.js'

/**
 * Text that a person reads: paragraphs, with code where backticks say so. All else of Markdown
 * stays as it was written, which is how it was meant to be readable.
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
 * A line of text, with code where backticks say so.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function inline(text) {
  return text
    .split(/`([^`\n]+)`/)
    .map((piece, index) => (index % 2 === 1 ? element('code', {}, piece) : piece))
}
