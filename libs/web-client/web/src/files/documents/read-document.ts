import { isImageType } from '../../results/text-kind.ts'
import type { Position } from '../selection.ts'
import type { FileInfo, FilePiece, FileSource } from './file-source.ts'

/** A file, as the page draws it. */
export type Document =
  | {
      readonly kind: 'text'
      readonly text: string
      readonly piece: FilePiece
      readonly isWhole: boolean
    }
  | { readonly kind: 'image'; readonly base64: string; readonly piece: FilePiece }
  | { readonly kind: 'binary'; readonly bytes: string; readonly piece: FilePiece }

export interface ReadFile {
  readonly info: FileInfo
  readonly document: Document
}

/** Maximum size of a file that is read as a whole. A larger file is read in pieces. */
export const maxWholeBytes = 1024 * 1024
/** Size of a piece. A multiple of three, so that pieces in base64 can be joined. */
export const pieceBytes = 3 * 64 * 1024
/** Size of the parts in which an image is read. */
const imagePartBytes = 3 * 256 * 1024
/** Largest image that is drawn. */
export const maxImageBytes = 16 * 1024 * 1024

/**
 * Reads the part of a file that is drawn: the whole of an image or a small text, one piece of a large text,
 * or some bytes of other data.
 */
export async function readDocument(
  source: FileSource,
  position: Position,
  signal: AbortSignal,
): Promise<ReadFile> {
  const info = await source.describe(signal)
  const { size = 0, mediaType } = info
  if (isImageType(mediaType) && size > 0 && size <= maxImageBytes) {
    return { info, document: await readImage(source, size, signal) }
  }
  const isLarge = size > maxWholeBytes
  const piece = await source.read(
    isLarge ? position : {},
    isLarge ? pieceBytes : maxWholeBytes,
    signal,
  )
  const { content, start, hasMore } = piece
  if (content.kind === 'bytes') {
    return { info, document: { kind: 'binary', bytes: content.base64, piece } }
  }
  const isWhole = start === 0 && !hasMore
  return { info, document: { kind: 'text', text: content.text, piece, isWhole } }
}

async function readImage(source: FileSource, size: number, signal: AbortSignal): Promise<Document> {
  let base64 = ''
  let piece: FilePiece | undefined
  let start = 0
  do {
    piece = await source.readBytes(start, imagePartBytes, signal)
    // The file has become shorter.
    if (piece.end <= start) break
    start = piece.end
    base64 += piece.content.kind === 'bytes' ? piece.content.base64 : ''
  } while (start < size)
  return { kind: 'image', base64, piece: { ...piece, start: 0 } }
}

/** Returns the bytes as lines of hexadecimal numbers and of the characters that can be shown. */
export function hexLines(base64: string, max = 256): string {
  const bytes = Array.from(
    atob(base64.slice(0, Math.ceil(max / 3) * 4)).slice(0, max),
    (character) => character.charCodeAt(0),
  )
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.slice(at, at + 16)
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.'))
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${text.join('')}`)
  }
  return lines.join('\n')
}

/** First bytes of known types of files. */
const signatures: readonly (readonly [string, string])[] = [
  ['PK\u{3}\u{4}', 'ZIP archive, or a document in one'],
  ['%PDF-', 'PDF document'],
  ['\u{1f}\u{8b}', 'gzip archive'],
  ['\u{7f}ELF', 'program (ELF)'],
  ['MZ', 'program (Windows)'],
  ['SQLite format 3\0', 'SQLite database'],
  ['\u{89}PNG', 'PNG image'],
  ['\u{ff}\u{d8}\u{ff}', 'JPEG image'],
  ['GIF8', 'GIF image'],
  ['OggS', 'Ogg sound or video'],
  ['ID3', 'MP3 sound'],
  ['\0asm', 'WebAssembly module'],
]

/** Returns the media type of a file by its first bytes, or undefined if the type is not known. */
export function typeOfBytes(base64: string): string | undefined {
  const start = atob(base64.slice(0, 32))
  return signatures.find(([signature]) => start.startsWith(signature))?.[1]
}
