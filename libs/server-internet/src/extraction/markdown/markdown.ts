import type { Options, Rule } from 'turndown'
import TurndownService from 'turndown'

import { checkboxClass } from '../html/page-tree.ts'
import { codeBlock } from './code-block.ts'
import { cellText, markdownTable } from './markdown-table.ts'

/**
 * Converts HTML to GitHub Flavored Markdown. The HTML must have absolute URLs and must not contain
 * scripts.
 */
export function toMarkdown(html: string): string {
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    emDelimiter: '*',
    hr: '---',
  })
  for (const [name, rule] of Object.entries({ ...blockRules, ...inlineRules, ...tableRules() })) {
    service.addRule(name, rule)
  }
  return service.turndown(html)
}

const blockRules: Record<string, Rule> = {
  listItem: {
    filter: 'li',
    replacement(content, node, options) {
      const marker = listMarker(node, options)
      const text = indent(content.trim(), marker.length)
      return `${marker}${text}${node.nextSibling === null ? '' : '\n'}`
    },
  },
  codeBlock: {
    filter: 'pre',
    replacement: (_content, node) => (isElement(node) ? codeBlock(node) : ''),
  },
  term: {
    filter: 'dt',
    replacement: (content) => `\n\n**${oneLine(content).replaceAll('**', '')}**\n`,
  },
  definition: {
    filter: 'dd',
    replacement: (content) => `\n: ${indent(content.trim(), 2)}\n`,
  },
  summary: { filter: 'summary', replacement: (content) => `\n\n**${oneLine(content)}**\n\n` },
  details: { filter: 'details', replacement: (content) => `\n\n${content}\n\n` },
  caption: {
    filter: 'figcaption',
    replacement: (content) => `\n\n*${oneLine(content).replaceAll('*', '')}*\n\n`,
  },
  heading: {
    filter: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    replacement(content, node) {
      const text = oneLine(content)
      // In a link, the heading becomes plain text, because a Markdown link contains a single line.
      if (hasAncestor(node, 'A')) return ` ${text} `
      return text === '' ? '' : `\n\n${'#'.repeat(Number(node.nodeName[1]))} ${text}\n\n`
    },
  },
}

const inlineRules: Record<string, Rule> = {
  strikethrough: {
    filter: ({ nodeName }) => ['DEL', 'S', 'STRIKE'].includes(nodeName),
    replacement: (content) => `~~${content}~~`,
  },
  checkbox: {
    filter: (node) => node.nodeName === 'SPAN' && node.getAttribute('class') === checkboxClass,
    replacement: (content) => content.replaceAll('\\', ''),
  },
  superscriptOrSubscript: {
    filter: ['sup', 'sub'],
    replacement(content, node) {
      const name = node.nodeName.toLowerCase()
      // A superscript that contains a link is a footnote number, which needs no tag.
      return content.includes('](') ? content : `<${name}>${content}</${name}>`
    },
  },
  link: {
    filter: 'a',
    replacement(content, node) {
      const text = oneLine(content)
      const url = isElement(node) ? node.getAttribute('href') : null
      if (text === '' || url === null) return content
      return `[${text}](${destination(url)})`
    },
  },
  image: {
    filter: 'img',
    replacement(_content, node) {
      const url = isElement(node) ? node.getAttribute('src') : null
      if (!isElement(node) || url === null) return ''
      const alt = oneLine(node.getAttribute('alt') ?? '').replaceAll(/[[\]\\]/g, String.raw`\$&`)
      return `![${alt}](${destination(url)})`
    },
  },
}

function tableRules(): Record<string, Rule> {
  const cells = new Map<Node, string>()
  const asBlock = (content: string) => `\n\n${content}\n\n`
  return {
    cell: {
      filter: ['th', 'td'],
      replacement(content, node) {
        cells.set(node, cellText(content))
        return asBlock(content)
      },
    },
    row: { filter: ['tr', 'thead', 'tbody', 'tfoot'], replacement: (content) => asBlock(content) },
    tableCaption: { filter: 'caption', replacement: (content) => asBlock(content) },
    columns: { filter: ['colgroup', 'col'], replacement: () => '' },
    table: {
      filter: 'table',
      replacement(content, node) {
        return (isElement(node) ? markdownTable(node, cells) : undefined) ?? asBlock(content)
      },
    },
  }
}

function listMarker(node: Node, { bulletListMarker = '-' }: Options): string {
  const list = node.parentNode
  if (!isElement(list) || list.nodeName !== 'OL') return `${bulletListMarker} `
  const start = Number.parseInt(list.getAttribute('start') ?? '1', 10)
  return `${(Number.isNaN(start) ? 1 : start) + positionOf(node)}. `
}

const positions = new WeakMap<Node, number>()

/** Returns the number of list items before this one. */
function positionOf(item: Node): number {
  let position = 0
  for (let node = item.previousSibling; node !== null; node = node.previousSibling) {
    const known = positions.get(node)
    if (node.nodeName === 'LI') position += 1
    // Stops at the nearest item with a cached position. Counting to the start of the list for each
    // item would take n² steps.
    if (known !== undefined) {
      position += known
      break
    }
  }
  positions.set(item, position)
  return position
}

function hasAncestor(node: Node, name: string): boolean {
  for (let above = node.parentNode; above !== null; above = above.parentNode) {
    if (above.nodeName === name) return true
  }
  return false
}

/** Indents all lines except the first. Empty lines stay empty. */
function indent(text: string, by: number): string {
  return text.replaceAll(/\n(?!\n)/g, `\n${' '.repeat(by)}`)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** Encodes a URL as the destination of a link. */
function destination(url: string): string {
  return /[()\s<>]/.test(url) ? `<${url.replaceAll(/[\s<>]/g, encodeURIComponent)}>` : url
}

function isElement(node: Node | null): node is Element {
  return node !== null && node.nodeType === 1
}
