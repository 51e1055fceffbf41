import type { EmptyReason } from './empty-reason.ts'
import type { Refresh } from './html/meta-refresh.ts'

/** Format of the extracted content. */
export type ContentFormat = 'markdown' | 'text' | 'html' | 'json' | 'bytes' | 'links'

/** Part of an HTML page to extract: the article, the whole body, or the matches of a CSS selector. */
export type ExtractScope = 'article' | 'full' | { readonly selector: string }

export interface ExtractRequest {
  readonly bytes: Uint8Array
  /** The `Content-Type` header, if present. */
  readonly contentType: string | undefined
  /** URL after redirects. It is the base of relative links. */
  readonly url: string
  readonly format: ContentFormat
  readonly extract: ExtractScope
}

export interface ExtractedLink {
  readonly text: string
  /** Absolute URL. */
  readonly url: string
  /** The `rel` attribute, such as `nofollow`. */
  readonly rel?: string
}

export interface Extraction {
  /** Media type without parameters, from the header or detected from the bytes. */
  readonly contentType: string
  /** Name of the text encoding; absent for binary content. */
  readonly charset?: string
  readonly title?: string
  readonly byline?: string
  readonly language?: string
  /** The whole content, before paging. For `bytes`, it is base64; for `links`, one line per link. */
  readonly content: string
  /** Present for the format `links` only. */
  readonly links?: readonly ExtractedLink[]
  /**
   * Remarks in full sentences. Examples: no article was found, so the content is the whole page; the
   * content was truncated; the reason why the content is empty.
   */
  readonly note?: string
  /** The page that a browser opens after some seconds instead of this one. */
  readonly refresh?: Refresh
  /** The reason for empty `content`. Present if and only if `content` is empty. */
  readonly emptyReason?: EmptyReason
}

/** Adds a sentence to the note of an extraction. */
export function withNote(extraction: Extraction, sentence: string): Extraction {
  const { note } = extraction
  return { ...extraction, note: note === undefined ? sentence : `${note} ${sentence}` }
}
