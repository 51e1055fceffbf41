import { textWithBreaks } from './code-block.ts'

/** The text of an element as it would be read: blocks apart, lists marked, cells in a row. */
export function toPlainText(root: Element): string {
  const parts: string[] = []
  // Not deep: a page is cut to a depth before its tree is built.
  append(root, parts)
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
const lines = new Set('DIV LI TR DT DD CAPTION FIGCAPTION ADDRESS SUMMARY'.split(' '))

function append(node: Node, parts: string[]): void {
  for (const child of node.childNodes) {
    const name = child.nodeName
    if (child.nodeType === 3) appendWords(child.textContent ?? '', parts)
    else if (name === 'BR') parts.push('\n')
    else if (name === 'PRE') parts.push(`\n\n${textWithBreaks(child).trimEnd()}\n\n`)
    else if (child.nodeType === 1) appendElement(child, name, parts)
  }
}

function appendElement(element: Node, name: string, parts: string[]): void {
  const around = paragraphs.has(name) ? '\n\n' : lines.has(name) ? '\n' : ''
  startLine(around, parts)
  if (name === 'LI') parts.push('- ')
  if (name === 'TD' || name === 'TH') if (element.previousSibling !== null) parts.push('\t')
  append(element, parts)
  startLine(around, parts)
}

/** Adds as many line ends as are missing; a line that holds nothing but its mark stays open. */
function startLine(wanted: string, parts: string[]): void {
  const last = parts.at(-1)
  if (wanted === '' || last === undefined || last === '- ' || last.endsWith(wanted)) return
  parts.push(last.endsWith('\n') ? wanted.slice(1) : wanted)
}

function appendWords(text: string, parts: string[]): void {
  const words = text.replaceAll(/\s+/g, ' ')
  const last = parts.at(-1)
  const isAtStart = last === undefined || /[\s]$/.test(last)
  const fitting = isAtStart ? words.trimStart() : words
  if (fitting !== '') parts.push(fitting)
}
