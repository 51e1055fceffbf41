import { isRecord, McpError } from '@mcp/protocol'

import { decodeEntities } from '../../text-processor/encodings/entities.ts'
import type { DataFormat } from './data-format.ts'
import { itemsOf } from './data-format.ts'
import { losslessScalar } from './lossless-scalar.ts'

const shape = { ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#text' } as const
const cdata = '#cdata'

/** XML. Attributes become keys that start with `@`. Text beside elements has the key `#text`. */
export const xmlFormat: DataFormat = {
  async read(text, { typed }) {
    if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) {
      throw new McpError(
        'forbidden',
        'XML with a DOCTYPE or entity declarations is not supported',
        {
          details: { reason: 'xml-doctype' },
        },
      )
    }
    const { XMLParser } = await import('fast-xml-parser')
    const scalar = (value: string) => (typed ? losslessScalar(value) : value)
    const parser = new XMLParser({
      ...shape,
      cdataPropName: cdata,
      ignoreDeclaration: true,
      ignorePiTags: true,
      maxNestedTags: 100,
      parseTagValue: false,
      // The parser would also expand entities that a document declares. The processors below decode
      // only the five predefined entities and numeric character references.
      processEntities: false,
      tagValueProcessor: (_name, value) => scalar(decodeEntities(value)),
      attributeValueProcessor: (_name, value) => scalar(decodeEntities(value)),
    })
    try {
      const value: unknown = parser.parse(text, true)
      return joinText(value)
    } catch (cause) {
      throw toXmlError(cause)
    }
  },
  async write(value, { root }) {
    const { XMLBuilder } = await import('fast-xml-parser')
    const builder = new XMLBuilder({ ...shape, format: true, suppressBooleanAttributes: false })
    return builder.build(toElements(withRoot(value, root)))
  },
}

function toXmlError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown
  // The message of the library lists all open tags, which may be thousands.
  if (thrown.message.startsWith("Invalid '[")) {
    return new McpError('parse-error', 'an element is not closed', { cause: thrown })
  }
  const message = thrown.message.replace(/:(\d+):(\d+|undefined)$/, ' (line $1)')
  return new McpError('parse-error', message, { cause: thrown })
}

/** Merges CDATA sections into the surrounding text. */
function joinText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(joinText)
  if (!isRecord(value)) return value
  const { [cdata]: marked, ...others } = value
  const entries = Object.entries(others).map(([key, item]) => [key, joinText(item)] as const)
  if (marked === undefined) return Object.fromEntries(entries)
  const text = [others['#text'] ?? '', ...itemsOf(marked)].join('')
  const isTextAlone = entries.every(([key]) => key === '#text')
  return isTextAlone ? text : { ...Object.fromEntries(entries), '#text': text }
}

/** Wraps the value in a root element, unless it is an object with a single key that can be the root. */
function withRoot(value: unknown, root: string): unknown {
  if (Array.isArray(value)) return { [root]: { item: value } }
  const [only, ...others] = isRecord(value) ? Object.entries(value) : []
  const isRoot = only !== undefined && others.length === 0 && !Array.isArray(only[1])
  return isRoot && !/^[@#]/.test(only[0]) ? value : { [root]: value }
}

function toElements(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => toElements(Array.isArray(item) ? { item } : item))
  }
  // Replaces characters that are not allowed in XML.
  // oxlint-disable-next-line no-control-regex
  if (typeof value === 'string') return value.replaceAll(/[\0-\x08\x0B\f\x0E-\x1F]/g, '\uFFFD')
  if (!isRecord(value)) return value
  const elements = new Map<string, unknown>()
  for (const [key, item] of Object.entries(value)) {
    const name = elementName(key)
    if (elements.has(name)) {
      throw new McpError('invalid-params', `two keys map to the same XML name: "${name}"`)
    }
    elements.set(name, toElements(item))
  }
  return Object.fromEntries(elements)
}

function elementName(key: string): string {
  if (key === '#text') return key
  const prefix = key.startsWith('@') ? '@' : ''
  const name = key.slice(prefix.length).replaceAll(/[^\p{L}\p{N}_.:-]/gu, '_')
  return `${prefix}${/^[\p{L}_]/u.test(name) ? '' : '_'}${name}`
}
