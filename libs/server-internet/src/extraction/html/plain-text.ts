import { textWithBreaks } from '../markdown/code-block.ts'

/** The text of an element as it would be read: blocks apart, lists marked, cells in a row. */
export function toPlainText(root: Element): string {
  const parts: string[] = []
  // Not deep: a page is cut to a depth before its tree is built.
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

/** Where in lists a node is. */
interface Place {
  readonly depth: number
  readonly list: string
}

function append(node: Node, parts: string[], place: Place): void {
  let count = 0
  for (const child of node.childNodes) {
    const name = child.nodeName
    if (child.nodeType === 3) appendWords(child.textContent ?? '', parts)
    else if (name === 'BR') parts.push('\n')
    else if (name === 'PRE') parts.push(`\n\n${textWithBreaks(child).trimEnd()}\n\n`)
    else if (name === 'LI') appendItem(child, parts, place, ++count)
    else if (isElement(child)) appendElement(child, name, parts, place)
  }
}

function appendItem(item: Node, parts: string[], place: Place, count: number): void {
  startLine('\n', parts)
  const indent = '  '.repeat(Math.max(0, place.depth - 1))
  parts.push(`${indent}${place.list === 'OL' ? `${count}.` : '-'} `)
  append(item, parts, place)
  startLine('\n', parts)
}

function appendElement(element: Element, name: string, parts: string[], place: Place): void {
  const isList = name === 'UL' || name === 'OL'
  const around = isList && place.depth > 0 ? '\n' : distanceOf(name)
  startLine(around, parts)
  if ((name === 'TD' || name === 'TH') && element.previousElementSibling !== null) {
    if (parts.at(-1) === ' ') parts.pop()
    parts.push('\t')
  }
  append(element, parts, isList ? { depth: place.depth + 1, list: name } : place)
  startLine(around, parts)
}

function distanceOf(name: string): '' | '\n' | '\n\n' {
  if (paragraphs.has(name)) return '\n\n'
  return lines.has(name) ? '\n' : ''
}

/** Adds as many line ends as are missing; a line that holds nothing but its mark stays open. */
function startLine(wanted: string, parts: string[]): void {
  const last = parts.at(-1)
  if (wanted === '' || last === undefined || isMark.test(last) || last.endsWith(wanted)) return
  parts.push(last.endsWith('\n') ? wanted.slice(1) : wanted)
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1
}

const isMark = /^ *(?:-|\d+\.) $/

function appendWords(text: string, parts: string[]): void {
  const words = text.replaceAll(/\s+/g, ' ')
  const last = parts.at(-1)
  const isAtStart = last === undefined || /\s$/.test(last)
  const fitting = isAtStart ? words.trimStart() : words
  if (fitting !== '') parts.push(fitting)
}
