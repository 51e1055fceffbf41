import { McpError } from '@mcp/protocol'

import { losslessScalar } from './lossless-scalar.ts'

const maxDepth = 100

/** An element whose end has not been read yet. */
interface OpenElement {
  readonly name: string
  readonly attributes: readonly (readonly [string, unknown])[]
  /** Values of the child elements by name. */
  readonly children: Map<string, unknown[]>
  /** Text before, between and after the child elements. Each run consists of text and CDATA sections. */
  readonly runs: Run[]
  /** Whether `xml:space="preserve"` applies. */
  readonly isPreserved: boolean
}

interface Run {
  text: string
  /** Range of characters that must not be trimmed, because they are from CDATA sections. */
  literal: { start: number; end: number } | undefined
}

/** Reads a well-formed XML document into an object with the root element as its only key. */
export async function readXml(text: string, typed: boolean): Promise<unknown> {
  const { SaxesParser } = await import('saxes')
  const scalar = (value: string) => (typed ? losslessScalar(value) : value)
  const parser = new SaxesParser({ xmlns: false })
  const document = openElement('', {}, false, scalar)
  const open: OpenElement[] = [document]
  const top = () => open.at(-1) ?? document

  parser.on('error', ({ message }) => {
    throw new McpError(
      'parse-error',
      message.replace(/^(\d+):\d+: /, 'line $1: ').replace(/\.$/, ''),
    )
  })
  parser.on('doctype', () => {
    throw new McpError('forbidden', 'XML with a DOCTYPE declaration is not supported', {
      details: { reason: 'xml-doctype' },
    })
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > maxDepth) {
      throw new McpError('parse-error', `elements are nested more than ${maxDepth} levels deep`)
    }
    open.push(openElement(name, attributes, top().isPreserved, scalar))
  })
  parser.on('closetag', () => {
    const element = open.pop() ?? document
    const { children, runs } = top()
    const siblings = children.get(element.name)
    const value = toValue(element, scalar)
    if (siblings === undefined) children.set(element.name, [value])
    else siblings.push(value)
    runs.push({ text: '', literal: undefined })
  })
  parser.on('text', (part) => {
    const run = top().runs.at(-1)
    if (run !== undefined) run.text += part
  })
  parser.on('cdata', (part) => {
    const run = top().runs.at(-1)
    if (run === undefined || part === '') return
    const start = run.literal?.start ?? run.text.length
    run.text += part
    run.literal = { start, end: run.text.length }
  })
  parser.write(text).close()
  return toValue({ ...document, runs: [] }, scalar)
}

function openElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  isParentPreserved: boolean,
  scalar: (text: string) => unknown,
): OpenElement {
  const space = attributes['xml:space']
  return {
    name,
    attributes: Object.entries(attributes).map(([key, value]) => [`@${key}`, scalar(value)]),
    children: new Map(),
    runs: [{ text: '', literal: undefined }],
    isPreserved: space === undefined ? isParentPreserved : space === 'preserve',
  }
}

function toValue(element: OpenElement, scalar: (text: string) => unknown): unknown {
  const { attributes, children } = element
  const texts = textsOf(element)
  const [only = ''] = texts
  if (attributes.length === 0 && children.size === 0 && element.name !== '') return scalar(only)
  return Object.fromEntries([
    ...attributes,
    ...Array.from(children, ([name, [first, ...others]]) => [
      name,
      others.length === 0 ? first : [first, ...others],
    ]),
    ...(texts.length === 0 ? [] : [['#text', texts.length === 1 ? scalar(only) : texts]]),
  ])
}

/**
 * Returns the runs of text that are not blank. Outer whitespace is removed. Whitespace beside child
 * elements is kept if there are several runs, because it separates words.
 */
function textsOf({ runs, isPreserved }: OpenElement): string[] {
  if (isPreserved) return runs.map(({ text }) => text).filter((text) => text !== '')
  const filled = runs.filter((run) => trim(run, true, true) !== '')
  const isOnly = filled.length === 1
  return filled.map((run, index) =>
    trim(run, isOnly || index === 0, isOnly || index === filled.length - 1),
  )
}

function trim({ text, literal }: Run, atStart: boolean, atEnd: boolean): string {
  let start = 0
  let end = text.length
  const maxStart = atStart ? (literal?.start ?? end) : 0
  while (start < maxStart && isSpace(text, start)) start++
  const minEnd = atEnd ? Math.max(literal?.end ?? 0, start) : end
  while (end > minEnd && isSpace(text, end - 1)) end--
  return text.slice(start, end)
}

// A carriage return is not trimmed: it comes from a character reference, because parsers normalize line breaks.
const isSpace = (text: string, at: number): boolean => ' \t\n'.includes(text.charAt(at))
