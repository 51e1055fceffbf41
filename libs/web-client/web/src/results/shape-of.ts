import { isRecord } from '@mcp/protocol/light'

import { isImageType, mediaTypeOf, textKind } from './text-kind.ts'

/** Form in which a value is drawn. */
export type Shape =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'text' | 'markdown' | 'diff'; readonly text: string }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'grid'; readonly grid: Grid }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'image'; readonly mediaType: string; readonly base64: string }
  | { readonly kind: 'binary'; readonly mediaType: string; readonly bytes: number }
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  | { readonly kind: 'blocks'; readonly blocks: readonly Block[]; readonly isError: boolean }
  | {
      readonly kind: 'document'
      readonly fields: readonly ShortField[]
      readonly parts: readonly Part[]
    }

export interface Grid {
  readonly columns: readonly Column[]
  /** `undefined` in a cell is an absent value, `null` is NULL. */
  readonly rows: readonly (readonly unknown[])[]
}

export interface Column {
  readonly name: string
  readonly type?: string
}

export interface Message {
  readonly role: string
  readonly shape: Shape
}

/** A content block of the Model Context Protocol. */
export type Block =
  | { readonly kind: 'drawn'; readonly shape: Shape }
  | { readonly kind: 'link'; readonly uri: string; readonly name: string }
  | { readonly kind: 'resource'; readonly uri: string; readonly shape: Shape }

/** A short value beside the parts of a document, such as its size. */
export interface ShortField {
  readonly name: string
  readonly text: string
}

/** A long value of a document, under its name. */
export interface Part {
  readonly name: string
  readonly shape: Shape
}

/** Maximum length of the text of a field. A longer text is a part of its own. */
const maxFieldLength = 160

/** Returns how a value is drawn. `mediaType` is the media type of a text, if it is known. */
export function shapeOf(value: unknown, mediaType?: string): Shape {
  if (value === undefined) return { kind: 'nothing' }
  if (typeof value === 'string') return shapeOfText(value, mediaType)
  if (Array.isArray(value)) return shapeOfArray(value)
  if (!isRecord(value)) return { kind: 'scalar', text: JSON.stringify(value) }
  return shapeOfBlocks(value) ?? shapeOfRows(value) ?? shapeOfDocument(value)
}

function shapeOfText(text: string, mediaType?: string): Shape {
  const kind = textKind(text, mediaType)
  if (kind === 'json') {
    try {
      const value: unknown = JSON.parse(text)
      return { kind, value }
    } catch {
      return { kind: 'text', text }
    }
  }
  const isShort = text.length <= maxFieldLength && !text.includes('\n')
  return kind === 'text' && isShort && mediaType === undefined
    ? { kind: 'scalar', text }
    : { kind, text }
}

function shapeOfArray(items: readonly unknown[]): Shape {
  if (items.length === 0) return { kind: 'json', value: items }
  if (items.every(isMessage)) return { kind: 'messages', messages: items.map(messageOf) }
  const grid = gridOf(items)
  if (grid !== undefined) return { kind: 'grid', grid }
  return items.every((item) => typeof item === 'string')
    ? { kind: 'list', items }
    : { kind: 'json', value: items }
}

/** Maximum number of columns of a grid. Records with more different keys are drawn as JSON. */
const maxColumns = 200

/** Returns the grid of records, or undefined if the items are not records or have too little in common. */
export function gridOf(items: readonly unknown[]): Grid | undefined {
  const names = new Map<string, number>()
  for (const item of items) {
    if (!isRecord(item)) return undefined
    for (const name of Object.keys(item)) names.set(name, (names.get(name) ?? 0) + 1)
  }
  const filled = Array.from(names.values()).reduce((sum, count) => sum + count, 0)
  const isSparse = filled < (items.length * names.size) / 4
  if (names.size === 0 || names.size > maxColumns || isSparse) return undefined
  const columns = Array.from(names.keys(), (name) => ({ name }))
  return {
    columns,
    rows: items.map((item) => columns.map(({ name }) => (isRecord(item) ? item[name] : undefined))),
  }
}

/** Reads the result of a database query: `columns`, and `rows` as records or arrays. */
function shapeOfRows(value: Readonly<Record<string, unknown>>): Shape | undefined {
  const { columns, rows, ...others } = value
  if (!Array.isArray(columns) || !Array.isArray(rows)) return undefined
  const described = columns.filter(isRecord).map(columnOf)
  if (described.length !== columns.length) return undefined
  const grid = {
    columns: described.map(({ name, type }) => (type === undefined ? { name } : { name, type })),
    rows: rows.map((row: unknown) =>
      Array.isArray(row) ? row : described.map(({ key }) => (isRecord(row) ? row[key] : undefined)),
    ),
  }
  const { fields, parts } = readMembers(others)
  return {
    kind: 'document',
    fields,
    parts: [{ name: 'rows', shape: { kind: 'grid', grid } }, ...parts],
  }
}

function columnOf({ name, type, key }: Readonly<Record<string, unknown>>) {
  return {
    name: String(name),
    key: typeof key === 'string' ? key : String(name),
    ...(typeof type === 'string' ? { type } : {}),
  }
}

/** Reads a result made of content blocks. */
function shapeOfBlocks(value: Readonly<Record<string, unknown>>): Shape | undefined {
  const { content, isError } = value
  if (!Array.isArray(content) || content.length === 0) return undefined
  const blocks = content.map(blockOf)
  const known = blocks.filter((block) => block !== undefined)
  if (known.length !== blocks.length || typeof value['role'] === 'string') return undefined
  const { content: _content, isError: _isError, _meta, ...others } = value
  if (Object.keys(others).length === 0) {
    return { kind: 'blocks', blocks: known, isError: isError === true }
  }
  const { fields, parts } = readMembers(others)
  const shape: Shape = { kind: 'blocks', blocks: known, isError: isError === true }
  return { kind: 'document', fields, parts: [{ name: 'content', shape }, ...parts] }
}

function blockOf(block: unknown): Block | undefined {
  if (!isRecord(block) || typeof block['type'] !== 'string') return undefined
  const { type, text, data, mimeType, uri, name, resource } = block
  if (type === 'text' && typeof text === 'string') return { kind: 'drawn', shape: shapeOf(text) }
  if (type === 'image' || type === 'audio') {
    return { kind: 'drawn', shape: shapeOfBytes(String(data), String(mimeType)) }
  }
  if (type === 'resource_link') return { kind: 'link', uri: String(uri), name: String(name ?? uri) }
  if (type === 'resource' && isRecord(resource)) {
    return { kind: 'resource', uri: String(resource['uri']), shape: shapeOfResource(resource) }
  }
  return { kind: 'drawn', shape: { kind: 'json', value: block } }
}

function shapeOfResource({ text, blob, mimeType }: Readonly<Record<string, unknown>>): Shape {
  const mediaType = typeof mimeType === 'string' ? mimeType : undefined
  return typeof blob === 'string'
    ? shapeOfBytes(blob, mediaType ?? 'application/octet-stream')
    : shapeOf(text, mediaType)
}

/** Returns how bytes in base64 are drawn: as an image, or with their type and size. */
export function shapeOfBytes(base64: string, mediaType: string): Shape {
  if (isImageType(mediaType)) return { kind: 'image', mediaType, base64 }
  const padding = /=*$/.exec(base64)?.[0].length ?? 0
  return { kind: 'binary', mediaType, bytes: Math.floor((base64.length * 3) / 4) - padding }
}

const isMessage = (item: unknown): item is Readonly<Record<string, unknown>> =>
  isRecord(item) && typeof item['role'] === 'string' && 'content' in item

function messageOf({ role, content }: Readonly<Record<string, unknown>>): Message {
  return { role: String(role), shape: shapeOf(content) }
}

function shapeOfDocument(value: Readonly<Record<string, unknown>>): Shape {
  if (Object.keys(value).length === 0) return { kind: 'json', value }
  const { fields, parts } = readMembers(value)
  return { kind: 'document', fields, parts }
}

/** Divides the members of a record into short fields and long parts. */
function readMembers(value: Readonly<Record<string, unknown>>) {
  const fields: ShortField[] = []
  const parts: Part[] = []
  for (const [name, member] of Object.entries(value)) {
    const text = isDescribed(name, value) ? undefined : fieldText(member)
    if (text === undefined) parts.push({ name, shape: shapeOfMember(name, member, value) })
    else fields.push({ name, text })
  }
  return { fields, parts }
}

/** Names of members that contain the text or bytes that the other members describe. */
const contentNames = new Set(['content', 'text', 'blob'])

/** Whether a member is content whose type other members state, such as the content of a file. */
function isDescribed(name: string, value: Readonly<Record<string, unknown>>): boolean {
  if (!contentNames.has(name) || typeof value[name] !== 'string') return false
  return ['mimeType', 'contentType', 'path', 'encoding'].some(
    (key) => typeof value[key] === 'string',
  )
}

function fieldText(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value.length > maxFieldLength || value.includes('\n') ? undefined : value
  }
  if (isRecord(value)) return undefined
  if (!Array.isArray(value)) return String(value)
  const isShortList = value.every((item) => item !== null && typeof item !== 'object')
  const joined = isShortList ? value.join(', ') : ''
  return isShortList && joined.length <= maxFieldLength ? joined : undefined
}

function shapeOfMember(
  name: string,
  member: unknown,
  { mimeType, contentType, path, uri, encoding }: Readonly<Record<string, unknown>>,
): Shape {
  if (typeof member !== 'string' || !contentNames.has(name)) return nestedShape(member)
  const stated = [mimeType, contentType].find((type) => typeof type === 'string')
  const location = [path, uri].find((each) => typeof each === 'string')
  const mediaType = stated ?? (location === undefined ? undefined : mediaTypeOf(location))
  return encoding === 'base64' || name === 'blob'
    ? shapeOfBytes(member, mediaType ?? 'application/octet-stream')
    : shapeOf(member, mediaType)
}

/** Returns the shape of a value inside a document. A record there is drawn as JSON, not as a document. */
function nestedShape(value: unknown): Shape {
  const shape = shapeOf(value)
  return shape.kind === 'document' && shape.parts.length > 0 ? { kind: 'json', value } : shape
}
