import { codeBlock } from './code-block.ts'
import { format } from './inline-piece.ts'
import { formatOf, inlineMarkdown } from './inline-content.ts'
import { markdownTable } from './markdown-table.ts'
import { hasBlock, isElement } from './nodes.ts'

/**
 * Converts nodes to GitHub Flavored Markdown. The text of the nodes remains text: no part of it becomes
 * HTML or Markdown syntax. URLs must be absolute.
 */
export function toMarkdown(nodes: Iterable<Node>): string {
  return joinBlocks(blocksOf(nodes, { formats: 0, inList: false }))
}

/** A block of Markdown. */
interface Block {
  readonly kind: 'paragraph' | 'list' | 'definition' | 'other'
  readonly text: string
  /** Whether the block is a list in a list item. Such a list follows a paragraph without an empty line. */
  readonly isTight?: boolean
}

interface BlockContext {
  /** Formats of the elements around the block. */
  readonly formats: number
  readonly inList: boolean
}

function joinBlocks(blocks: readonly Block[]): string {
  return blocks
    .map((block, at) => {
      const before = blocks[at - 1]
      return before === undefined ? block.text : `${separator(before, block)}${block.text}`
    })
    .join('')
}

/** Returns the line breaks between two blocks. A definition follows its term on the next line. */
function separator({ kind: before }: Block, { kind, text, isTight = false }: Block): string {
  if (kind === 'definition' && (before === 'paragraph' || before === 'definition')) return '\n'
  // A list that starts with a number other than 1 cannot follow a paragraph without an empty line.
  return isTight && before === 'paragraph' && /^(?:-|1\.) /.test(text) ? '\n' : '\n\n'
}

function blocksOf(nodes: Iterable<Node>, context: BlockContext): Block[] {
  const blocks: Block[] = []
  let inline: Node[] = []

  function endParagraph(): void {
    const text = inlineMarkdown(inline, 'paragraph', context.formats)
    if (text !== '') blocks.push({ kind: 'paragraph', text })
    inline = []
  }

  for (const node of nodes) {
    if (!isElement(node) || node.nodeName === 'A' || !hasBlock(node)) inline.push(node)
    else {
      endParagraph()
      blocks.push(...elementBlocks(node, context))
    }
  }
  endParagraph()
  return blocks
}

function elementBlocks(element: Element, context: BlockContext): Block[] {
  const name = element.nodeName
  const children = element.childNodes
  switch (name) {
    case 'H1':
    case 'H2':
    case 'H3':
    case 'H4':
    case 'H5':
    case 'H6':
      return block('other', `${'#'.repeat(Number(name[1]))} `, headingText(element, context))
    case 'HR':
      // In a list item, hyphens after the marker `-` would turn the whole line into a thematic break.
      return block('other', '', context.inList ? '***' : '---')
    case 'PRE':
      return block('other', '', codeBlock(element))
    case 'BLOCKQUOTE': {
      const text = joinBlocks(blocksOf(children, { ...context, inList: false }))
      const lines = text.split('\n').map((line) => (line === '' ? '>' : `> ${line}`))
      return block('other', '', text === '' ? '' : lines.join('\n'))
    }
    case 'UL':
    case 'OL':
    case 'MENU':
    case 'DIR':
      return block('list', '', list(element, context))
    case 'LI':
      return itemOutsideList(blocksOf(children, { ...context, inList: true }))
    case 'TABLE':
      return tableBlocks(element, context)
    case 'DT':
    case 'SUMMARY':
      return paragraph(children, context, format.strong)
    case 'FIGCAPTION':
      return paragraph(children, context, format.emphasis)
    case 'DD':
      return definition(blocksOf(children, context))
    default:
      return blocksOf(children, { ...context, formats: context.formats | (formatOf[name] ?? 0) })
  }
}

function block(kind: Block['kind'], prefix: string, text: string): Block[] {
  return text === '' ? [] : [{ kind, text: `${prefix}${text}` }]
}

function paragraph(nodes: Iterable<Node>, { formats }: BlockContext, added: number): Block[] {
  return block('paragraph', '', inlineMarkdown(nodes, 'paragraph', formats | added))
}

function headingText(element: Element, { formats }: BlockContext): string {
  const text = inlineMarkdown(element.childNodes, 'line', formats)
  // Without a backslash, Markdown treats number signs at the end as part of the syntax and removes them.
  return text.replace(/(^|\s)(#+)$/, String.raw`$1\$2`)
}

/** A definition follows its term on the next line if it starts with a paragraph. */
function definition(blocks: readonly Block[]): Block[] {
  const [first, ...others] = blocks
  if (first?.kind !== 'paragraph') return [...blocks]
  return [{ kind: 'definition', text: `: ${first.text}` }, ...others]
}

function list(element: Element, context: BlockContext): string {
  const isOrdered = element.nodeName === 'OL'
  const items: { number: number; blocks: Block[] }[] = []
  const start = Number.parseInt(element.getAttribute('start') ?? '1', 10)
  let number = Number.isNaN(start) ? 1 : Math.min(Math.max(start, 0), maxStart)
  for (const node of element.childNodes) {
    const isItem = node.nodeName === 'LI'
    const blocks = blocksOf(isItem ? node.childNodes : [node], { ...context, inList: true })
    const last = items.at(-1)
    // Content beside the items, such as another list, belongs to the item before it.
    if (isItem || last === undefined) items.push({ number: isItem ? number++ : number, blocks })
    else last.blocks.push(...blocks)
  }
  return items
    .filter(({ blocks }) => blocks.length > 0)
    .map((item) => listItem(isOrdered ? `${item.number}. ` : '- ', item.blocks))
    .join('\n')
}

// Markdown allows at most nine digits in the number of an item. The items after the first have higher numbers.
const maxStart = 900_000_000

function listItem(marker: string, blocks: readonly Block[]): string {
  const text = joinBlocks(blocks.map((block) => ({ ...block, isTight: block.kind === 'list' })))
  return `${marker}${text.replaceAll(/\n(?!\n)/g, `\n${' '.repeat(marker.length)}`)}`
}

function itemOutsideList(blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [{ kind: 'list', text: listItem('- ', blocks) }]
}

function tableBlocks(element: Element, context: BlockContext): Block[] {
  const table = markdownTable(element, (cell) => cellText(cell, context))
  if (table === undefined) return blocksOf(element.childNodes, context)
  const captions = Array.from(element.children).filter(({ nodeName }) => nodeName === 'CAPTION')
  return [
    ...captions.slice(0, 1).flatMap(({ childNodes }) => paragraph(childNodes, context, 0)),
    ...block('other', '', table),
  ]
}

/** Converts the content of a cell to a single line, as Markdown tables require. */
function cellText(cell: Element, { formats }: BlockContext): string {
  return inlineMarkdown(cell.childNodes, 'cell', formats).replaceAll('|', String.raw`\|`)
}
