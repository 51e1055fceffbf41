import type { Position } from '../selection.ts'

/** Description of a file or resource. */
export interface FileInfo {
  readonly mediaType: string
  readonly size?: number | undefined
  readonly etag?: string | undefined
  readonly modifiedAt?: string | undefined
  /** Reason for which the file cannot be changed. Undefined if the file can be changed. */
  readonly readOnlyReason?: string | undefined
  /** Further facts, such as a link to another path. */
  readonly notes: readonly string[]
}

/** A part of a file: text, or bytes in base64 if it is not text. */
export interface FilePiece {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** Whether the file continues after the piece. */
  readonly hasMore: boolean
  /** Number of the first line. Undefined if the lines before the piece were not counted. */
  readonly firstLine?: number | undefined
  readonly etag?: string | undefined
  readonly content:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'bytes'; readonly base64: string }
}

/** A file of a root or a resource, as the reader and the editor use it. */
export interface FileSource {
  /** Id of its item in the tree. */
  readonly id: string
  /** Path or URI. */
  readonly name: string
  describe(signal: AbortSignal): Promise<FileInfo>
  /** Reads up to `maxBytes` at a position, as text if the bytes are text. */
  read(position: Position, maxBytes: number, signal: AbortSignal): Promise<FilePiece>
  /** Reads bytes as base64. */
  readBytes(start: number, maxBytes: number, signal: AbortSignal): Promise<FilePiece>
  /**
   * Replaces the content.
   *
   * @throws McpError `conflict` if the file no longer has the etag `ifMatch`.
   */
  write(text: string, ifMatch: string | undefined): Promise<{ readonly etag?: string | undefined }>
}
