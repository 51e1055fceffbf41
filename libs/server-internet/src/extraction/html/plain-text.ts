import { textWithBreaks } from '../markdown/code-block.ts'

/**
 * Converts an element to plain text. Separates blocks by line breaks, marks list items, and puts the
 * cells of a table row on one line.
 */
export function toPlainText(root: Element): string {
  const parts: string[] = []
  // The maximum depth of a page limits the depth of this recursion.
  append(root, parts, { depth: 0, list: '' })
  return parts
    .join('')
    .replaceAll(/[^\S\n]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

const paragraphs = new Set(
  (
    'P H1 H2 H3 H4 H5 H6 UL OL DL TABLE BLOCKQUOTE FIGURE SECTION ARTICLE HEADER FOOTER NAV ASIDE ' +
    'MAIN HR FORM DETAILS'
  ).split(' '),
)
const lines = new Set('DIV TR DT DD CAPTION FIGCAPTION ADDRESS SUMMARY'.split(' '))

/** The list that contains a node. */
interface ListContext {
  /** Number of lists around the node. */
  readonly depth: number
  /** Tag name of the innermost list, or an empty string. */
  readonly list: string
}

function append(node: Node, parts: string[], context: ListContext): void {
  let count = 0
  for (const child of node.childNodes) {
    const name = child.nodeName
    if (child.nodeType === 3) appendWords(child.textContent ?? '', parts)
    else if (name === 'BR') parts.push('\n')
    else if (name === 'PRE') parts.push(`\n\n${textWithBreaks(child).trimEnd()}\n\n`)
    else if (name === 'LI') appendItem(child, parts, context, ++count)
    else if (isElement(child)) appendElement(child, name, parts, context)
  }
}

function appendItem(item: Node, parts: string[], context: ListContext, count: number): void {
  startLine('\n', parts)
  const indent = '  '.repeat(Math.max(0, context.depth - 1))
  parts.push(`${indent}${context.list === 'OL' ? `${count}.` : '-'} `)
  append(item, parts, context)
  startLine('\n', parts)
}

function appendElement(
  element: Element,
  name: string,
  parts: string[],
  context: ListContext,
): void {
  const isList = name === 'UL' || name === 'OL'
  const around = isList && context.depth > 0 ? '\n' : distanceOf(name)
  startLine(around, parts)
  if ((name === 'TD' || name === 'TH') && element.previousElementSibling !== null) {
    if (parts.at(-1) === ' ') parts.pop()
    parts.push('\t')
  }
  append(element, parts, isList ? { depth: context.depth + 1, list: name } : context)
  startLine(around, parts)
}

function distanceOf(name: string): '' | '\n' | '\n\n' {
  if (paragraphs.has(name)) return '\n\n'
  return lines.has(name) ? '\n' : ''
}

/**
 * Ends the current line before or after a block. Adds nothing after a list marker, so that the text of
 * the item continues on the line of the marker.
 */
function startLine(breaks: string, parts: string[]): void {
  const last = parts.at(-1)
  if (breaks === '' || last === undefined || listMarker.test(last) || last.endsWith(breaks)) return
  parts.push(last.endsWith('\n') ? breaks.slice(1) : breaks)
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1
}

const listMarker = /^ *(?:-|\d+\.) $/

function appendWords(text: string, parts: string[]): void {
  const words = text.replaceAll(/\s+/g, ' ')
  const last = parts.at(-1)
  const isAtStart = last === undefined || /\s$/.test(last)
  const fitting = isAtStart ? words.trimStart() : words
  if (fitting !== '') parts.push(fitting)
}
