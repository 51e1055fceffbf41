import type { Sandbox, SandboxOptions } from '@mcp/sandbox'

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
  /** What the content is instead of what was asked for, such as the whole page when no article was found. */
  readonly note?: string
  /** Why `content` is empty. Always there when it is, never otherwise. */
  readonly emptyReason?: string
}

/** Turns bytes that came from outside into content, in worker processes. */
export interface Extractor {
  extract(request: ExtractRequest, options: { readonly signal: AbortSignal }): Promise<Extraction>
  close(): Promise<void>
}

/** How the worker processes are bounded. */
export type ExtractorOptions = Omit<SandboxOptions, 'worker' | 'execArgv'>

/** Creates an extractor. Neither the sandbox's code nor a worker is loaded before the first page. */
export function createExtractor(options: ExtractorOptions = {}): Extractor {
  const { timeoutMs = 10_000, memoryMb = 512, maxResultBytes = 64 * 2 ** 20, ...others } = options
  let sandbox: Promise<Sandbox> | undefined

  async function start(): Promise<Sandbox> {
    const { createSandbox } = await import('@mcp/sandbox')
    const worker = import.meta.resolve('@mcp/server-internet/worker')
    return createSandbox({ worker, timeoutMs, memoryMb, maxResultBytes, ...others })
  }

  return {
    async extract(request, { signal }) {
      const { run } = await (sandbox ??= start())
      await run('extract', request, { signal })
      throw new Error('The worker does not extract yet.')
    },
    async close() {
      await (await sandbox)?.close()
    },
  }
}
