import { isRecord, McpError } from '@mcp/protocol'

import { itemsOf } from './data-format.ts'
import { writeJson } from './json-text.ts'

/** Writes plain data as an XML document. */
export function writeXml(value: unknown, root: string): string {
  return Object.entries(withRoot(value, root))
    .map(([key, item]) => writeElement(elementName(key), item, { indent: '', isInline: false }))
    .join('')
}

/** Wraps the value in a root element, unless it is an object with a single key that can be the root. */
function withRoot(value: unknown, root: string): Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return { [root]: { item: value } }
  if (!isRecord(value)) return { [root]: value }
  const [only, ...others] = Object.entries(value)
  const isRoot = only !== undefined && others.length === 0 && !Array.isArray(only[1])
  return isRoot && !/^[@#]/.test(only[0]) ? value : { [root]: value }
}

interface Layout {
  readonly indent: string
  /** Whether line breaks between the elements would change a text. */
  readonly isInline: boolean
}

function writeElement(name: string, value: unknown, layout: Layout): string {
  const { attributes, children, texts, isPreserved } = partsOf(value)
  const isInline = layout.isInline || isPreserved || texts.length > 0 || children.length === 0
  const inner = { indent: `${layout.indent}  `, isInline }
  const elements = children.map(([child, item]) => writeElement(child, item, inner))
  // Texts and elements alternate, as in `Hello <b>bold</b> world`.
  const parts = Array.from(
    { length: Math.max(texts.length, elements.length) },
    (_, index) => `${texts[index] ?? ''}${elements[index] ?? ''}`,
  )
  const content = isInline ? parts.join('') : `\n${parts.join('')}${layout.indent}`
  const element = `<${name}${attributes}>${content}</${name}>`
  return layout.isInline ? element : `${layout.indent}${element}\n`
}

function partsOf(value: unknown) {
  const children: (readonly [string, unknown])[] = []
  if (!isRecord(value)) {
    const texts = [writeText(value)].filter(Boolean)
    return { attributes: '', children, texts, isPreserved: false }
  }
  let attributes = ''
  let texts: string[] = []
  const names = new Set<string>()
  for (const [key, item] of Object.entries(value)) {
    const name = elementName(key)
    if (names.has(name)) {
      throw new McpError('invalid-params', `two keys map to the same XML name: "${name}"`)
    }
    names.add(name)
    if (name === '#text') texts = itemsOf(item).map(writeText)
    else if (name.startsWith('@')) attributes += ` ${name.slice(1)}="${writeAttribute(item)}"`
    else
      for (const child of itemsOf(item))
        children.push([name, Array.isArray(child) ? { item: child } : child])
  }
  return { attributes, children, texts, isPreserved: value['@xml:space'] === 'preserve' }
}

function writeText(value: unknown): string {
  const text = scalarText(value)
  // Readers remove spaces at both ends of a text, but keep spaces in CDATA sections. So these spaces are written as
  // CDATA sections.
  const [, start = '', middle = '', end = ''] = /^([ \t\n]*)([^]*?)([ \t\n]*)$/.exec(text) ?? []
  return `${literal(start)}${escape(middle)}${literal(end)}`
}

function literal(space: string): string {
  return space === '' ? '' : `<![CDATA[${space}]]>`
}

function writeAttribute(value: unknown): string {
  return escape(scalarText(value)).replaceAll('\t', '&#9;').replaceAll('\n', '&#10;')
}

function scalarText(value: unknown): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value !== 'object') return writeJson(value)
  throw new McpError('invalid-params', 'an attribute or text must not be an object or a list')
}

const forbidden = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

const escapes: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\r', '&#13;'],
])

function escape(text: string): string {
  const [character] = forbidden.exec(text) ?? []
  if (character !== undefined) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    throw new McpError('invalid-params', `XML cannot contain the character U+${code}`)
  }
  return text.replaceAll(/[&<>"\r]/g, (found) => escapes.get(found) ?? found)
}

function elementName(key: string): string {
  if (key === '#text') return key
  const prefix = key.startsWith('@') ? '@' : ''
  const name = key.slice(prefix.length).replaceAll(/[^\p{L}\p{N}_.:-]/gu, '_')
  return `${prefix}${/^[\p{L}_]/u.test(name) ? '' : '_'}${name}`
}
