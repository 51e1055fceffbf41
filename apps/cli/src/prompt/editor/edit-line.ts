import type { Key } from 'node:readline'

/** Text with a cursor. */
export interface LineBuffer {
  readonly text: string
  readonly cursor: number
  /** The text that was deleted last by word or line. Ctrl-Y inserts it. */
  readonly deleted?: string | undefined
}

export const emptyLine: LineBuffer = { text: '', cursor: 0 }

type Edit = (buffer: LineBuffer) => LineBuffer

const edits: Readonly<Record<string, Edit>> = {
  left: (buffer) => moveTo(buffer, before(buffer)),
  right: (buffer) => moveTo(buffer, after(buffer)),
  home: (buffer) => moveTo(buffer, lineStart(buffer)),
  end: (buffer) => moveTo(buffer, lineEnd(buffer)),
  backspace: (buffer) => remove(buffer, before(buffer), buffer.cursor),
  delete: (buffer) => remove(buffer, buffer.cursor, after(buffer)),
  up: (buffer) => moveBy(buffer, -1),
  down: (buffer) => moveBy(buffer, 1),
  'meta-b': (buffer) => moveTo(buffer, wordStart(buffer)),
  'meta-f': (buffer) => moveTo(buffer, wordEnd(buffer)),
  'meta-d': (buffer) => cut(buffer, buffer.cursor, wordEnd(buffer)),
  'meta-backspace': (buffer) => cut(buffer, wordStart(buffer), buffer.cursor),
  'meta-return': (buffer) => insertText(buffer, '\n'),
  'ctrl-w': (buffer) => cut(buffer, spaceBefore(buffer), buffer.cursor),
  'ctrl-u': (buffer) => cut(buffer, lineStart(buffer), buffer.cursor),
  'ctrl-k': (buffer) => cut(buffer, buffer.cursor, lineEnd(buffer)),
  'ctrl-y': (buffer) => insertText(buffer, buffer.deleted ?? ''),
}

const aliases: Readonly<Record<string, string>> = {
  'ctrl-b': 'left',
  'ctrl-f': 'right',
  'ctrl-a': 'home',
  'ctrl-e': 'end',
  'ctrl-h': 'backspace',
  'ctrl-d': 'delete',
  'ctrl-left': 'meta-b',
  'meta-left': 'meta-b',
  'ctrl-right': 'meta-f',
  'meta-right': 'meta-f',
  'ctrl-backspace': 'ctrl-w',
  // Ctrl-J, and the line feed that some terminals send for Shift-Enter.
  enter: 'meta-return',
}

/** Returns the name of a key with its modifiers, such as `ctrl-c`. */
export function keyName({ name = '', ctrl = false, meta = false }: Key): string {
  return `${ctrl ? 'ctrl-' : ''}${meta ? 'meta-' : ''}${name}`
}

/** Returns the buffer after a key, or undefined if the key does not edit. */
export function editLine(
  buffer: LineBuffer,
  text: string | undefined,
  key: Key,
): LineBuffer | undefined {
  const name = keyName(key)
  const edit = edits[aliases[name] ?? name]
  if (edit !== undefined) return edit(buffer)
  const isPrintable = key.ctrl !== true && key.meta !== true && !/^\p{Cc}*$/u.test(text ?? '')
  return isPrintable ? insertText(buffer, text ?? '') : undefined
}

export function insertText(buffer: LineBuffer, inserted: string): LineBuffer {
  const { text, cursor } = buffer
  return {
    ...buffer,
    text: text.slice(0, cursor) + inserted + text.slice(cursor),
    cursor: cursor + inserted.length,
  }
}

function moveTo(buffer: LineBuffer, cursor: number): LineBuffer {
  return { ...buffer, cursor }
}

function remove(buffer: LineBuffer, start: number, end: number): LineBuffer {
  const { text } = buffer
  return { ...buffer, text: text.slice(0, start) + text.slice(end), cursor: start }
}

function cut(buffer: LineBuffer, start: number, end: number): LineBuffer {
  const deleted = buffer.text.slice(start, end)
  return { ...remove(buffer, start, end), deleted: deleted === '' ? buffer.deleted : deleted }
}

const segmenter = new Intl.Segmenter()

/** Returns the characters of a text as a user perceives them. */
export function charactersOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

function before({ text, cursor }: LineBuffer): number {
  return cursor - (charactersOf(text.slice(Math.max(0, cursor - 64), cursor)).at(-1)?.length ?? 0)
}

function after({ text, cursor }: LineBuffer): number {
  return cursor + (charactersOf(text.slice(cursor, cursor + 64))[0]?.length ?? 0)
}

function lineStart({ text, cursor }: LineBuffer): number {
  // A negative position would find a line feed at the start of the text.
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1
}

function lineEnd({ text, cursor }: LineBuffer): number {
  const end = text.indexOf('\n', cursor)
  return end === -1 ? text.length : end
}

/** Moves the cursor to the previous or next line, in the same column if the line is long enough. */
function moveBy(buffer: LineBuffer, lines: 1 | -1): LineBuffer {
  const { text } = buffer
  const start = lineStart(buffer)
  const column = buffer.cursor - start
  if (lines === -1) {
    if (start === 0) return buffer
    const previous = lineStart({ text, cursor: start - 1 })
    return moveTo(buffer, Math.min(previous + column, start - 1))
  }
  const next = lineEnd(buffer) + 1
  if (next > text.length) return buffer
  return moveTo(buffer, Math.min(next + column, lineEnd({ text, cursor: next })))
}

function wordStart({ text, cursor }: LineBuffer): number {
  return /[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u.exec(text.slice(0, cursor))?.index ?? 0
}

function wordEnd({ text, cursor }: LineBuffer): number {
  const [word = ''] = /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u.exec(text.slice(cursor)) ?? []
  return cursor + word.length
}

function spaceBefore({ text, cursor }: LineBuffer): number {
  return /\S*\s*$/.exec(text.slice(0, cursor))?.index ?? 0
}
