import type { EmptyReason } from './empty-reason.ts'

/** What the content of an answer is turned into. */
export type ContentFormat = 'markdown' | 'text' | 'html' | 'json' | 'bytes' | 'links'

/** Which part of an HTML page is wanted: the article in it, all of its body, or what a CSS selector finds. */
export type ExtractScope = 'article' | 'full' | { readonly selector: string }

export interface ExtractRequest {
  readonly bytes: Uint8Array
  /** The `Content-Type` header, if there was one. */
  readonly contentType: string | undefined
  /** The final URL: what relative links are resolved against. */
  readonly url: string
  readonly format: ContentFormat
  readonly extract: ExtractScope
}

export interface ExtractedLink {
  readonly text: string
  /** Absolute. */
  readonly url: string
  /** The `rel` attribute, such as `nofollow`. */
  readonly rel?: string
}

export interface Extraction {
  /** The type of the bytes without parameters: as the header says, otherwise as they look. */
  readonly contentType: string
  /** The name of the encoding the text was in; absent where there is no text. */
  readonly charset?: string
  readonly title?: string
  readonly byline?: string
  readonly language?: string
  /** Whole, before paging. For `bytes` base64, for `links` one line per link. */
  readonly content: string
  /** For the format `links` only. */
  readonly links?: readonly ExtractedLink[]
  /**
   * What is good to know about the content, in sentences: that it is the whole page since no article
   * was found, that its end is missing, or why there is none.
   */
  readonly note?: string
  /** Why `content` is empty. Always there when it is, never otherwise. */
  readonly emptyReason?: EmptyReason
}
