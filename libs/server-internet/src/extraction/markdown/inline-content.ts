import { checkboxClass } from '../html/page-tree.ts'
import { textWithBreaks } from './code-block.ts'
import { escapeText } from './escape-text.ts'
import type { InlinePiece } from './inline-piece.ts'
import { format, isBreak, normalizeSpace } from './inline-piece.ts'
import { isBlock, isElement } from './nodes.ts'
import type { InlinePlace } from './write-inline.ts'
import { writeInline } from './write-inline.ts'

/** The format that an element adds to its content, by the name of the element. */
export const formatOf: Readonly<Partial<Record<string, number>>> = {
  B: format.strong,
  STRONG: format.strong,
  I: format.emphasis,
  EM: format.emphasis,
  DEL: format.deleted,
  S: format.deleted,
  STRIKE: format.deleted,
}

/** Converts nodes to Markdown without blocks. The content of blocks is separated by line breaks. */
export function inlineMarkdown(
  nodes: Iterable<Node>,
  place: InlinePlace = 'paragraph',
  formats = 0,
): string {
  return writeInline(collect(nodes, { place, formats, isLink: false }), place)
}

interface InlineContext {
  readonly place: InlinePlace
  readonly formats: number
  /** Whether the content is inside a link. Links do not nest. */
  readonly isLink: boolean
}

function collect(nodes: Iterable<Node>, context: InlineContext): InlinePiece[] {
  const pieces: InlinePiece[] = []
  for (const node of nodes) addNode(node, context, pieces)
  return normalizeSpace(pieces)
}

function addNode(node: Node, context: InlineContext, pieces: InlinePiece[]): void {
  const { formats } = context
  if (node.nodeType === 3) {
    pieces.push({ kind: 'text', value: node.textContent ?? '', formats })
    return
  }
  if (!isElement(node)) return
  const name = node.nodeName
  const add = (kind: InlinePiece['kind'], value: string) =>
    void pieces.push({ kind, value, formats })
  if (name === 'BR') add('break', '')
  else if (name === 'IMG') addImage(node, add)
  else if (name === 'CODE' || name === 'PRE') addCode(node, context, add)
  else if (name === 'A') addLink(node, context, pieces)
  else if (name === 'SUP' || name === 'SUB')
    addSuperOrSubscript(node, name.toLowerCase(), context, pieces)
  else if (node.getAttribute('class') === checkboxClass) add('raw', node.textContent ?? '')
  else {
    const inner = { ...context, formats: formats | (formatOf[name] ?? 0) }
    const isSeparate = isBlock(name)
    if (isSeparate) add('edge', '')
    if (name === 'LI') add('raw', '- ')
    for (const child of node.childNodes) addNode(child, inner, pieces)
    if (isSeparate) add('edge', '')
  }
}

type Add = (kind: InlinePiece['kind'], value: string) => void

function addImage(image: Element, add: Add): void {
  const source = image.getAttribute('src')
  if (source === null) return
  const alt = escapeText(oneLine(image.getAttribute('alt') ?? ''))
  add('raw', `![${alt}](${destination(source)})`)
}

function addCode(element: Element, { place }: InlineContext, add: Add): void {
  const text = textWithBreaks(element)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/^\n+|\s+$/g, '')
  if (place !== 'cell' || element.nodeName === 'CODE') {
    add('code', text.replaceAll(/\s*\n\s*/g, ' '))
    return
  }
  add('edge', '')
  for (const line of text.split('\n')) {
    add('code', line)
    add('edge', '')
  }
}

function addLink(anchor: Element, context: InlineContext, pieces: InlinePiece[]): void {
  const url = anchor.getAttribute('href')
  // The formats around the link also apply to its text, so the text itself must not have them again.
  // oxlint-disable-next-line oxc/no-map-spread -- the pieces are not to be changed
  const inner = collect(anchor.childNodes, { place: 'line', formats: 0, isLink: true }).map(
    (piece) => ({ ...piece, formats: piece.formats & ~context.formats }),
  )
  const text = writeInline(inner, 'line').trim()
  if (url === null || context.isLink || text === '') {
    for (const child of anchor.childNodes) addNode(child, context, pieces)
    return
  }
  // White space at the start or the end of the link text is written outside of the link.
  const [, before = '', after = ''] = /^(\s*).*?(\s*)$/s.exec(anchor.textContent ?? '') ?? []
  const { formats } = context
  pieces.push({ kind: 'text', value: before, formats })
  pieces.push({ kind: 'raw', value: `[${text}](${destination(url)})`, formats })
  pieces.push({ kind: 'text', value: after, formats })
}

function addSuperOrSubscript(
  element: Element,
  tag: string,
  context: InlineContext,
  pieces: InlinePiece[],
): void {
  // A superscript or subscript that contains a link is usually a footnote number, which needs no tag.
  if (element.querySelectorAll('a[href]').length > 0) {
    for (const child of element.childNodes) addNode(child, context, pieces)
    return
  }
  const { formats } = context
  const inner = collect(element.childNodes, context)
  if (inner.length === 0) return
  pieces.push({ kind: 'raw', value: `<${tag}>`, formats })
  for (const piece of inner)
    pieces.push(isBreak(piece) ? { ...piece, kind: 'text', value: ' ' } : piece)
  pieces.push({ kind: 'raw', value: `</${tag}>`, formats })
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** Encodes a URL as the destination of a link. */
function destination(url: string): string {
  const encoded = url
    .replaceAll(/[\s<>`\\|]/g, (character) => encodeURIComponent(character))
    .replaceAll(/&(?=#?\w+;)/g, '&amp;')
  return /[()]/.test(encoded) ? `<${encoded}>` : encoded
}
