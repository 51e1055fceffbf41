import { Parser } from 'htmlparser2'

import type { Attributes } from './page-attributes.ts'
import {
  escapeText,
  isHeadAttribute,
  isInvisible,
  isIrrelevant,
  isReadable,
  isRootAttribute,
  isSelectable,
  withRealSource,
  writeAttributes,
} from './page-attributes.ts'
import { pageLimits } from './page-limits.ts'

/** A sanitized page. It has no scripts or styles. Its size, depth and attributes are limited. */
export interface PageSource {
  /** A complete, well-formed document. */
  readonly html: string
  /** The contents of `<script type="application/ld+json">`. */
  readonly jsonLd: readonly string[]
  /** Number of scripts on the page. */
  readonly scripts: number
  /** Number of elements that were omitted because a script has to show them. */
  readonly invisible: number
  /** Content of the first `<meta http-equiv="refresh">`. */
  readonly refresh: string | undefined
  /** Whether elements or text were omitted because the page exceeds the limits. */
  readonly cut: boolean
}

export interface PageSourceOptions {
  /**
   * Whether to keep hidden elements and attributes such as `data-id`, because a selector may match
   * them. Default: false.
   */
  readonly keepHidden?: boolean | undefined
  /** Whether to keep the elements that a script has to show. Default: `keepHidden`. */
  readonly keepInvisible?: boolean | undefined
}

/**
 * Sanitizes a page. Reads its tags sequentially, without recursion, so that deep nesting cannot exhaust
 * the stack. Writes the relevant tags.
 */
export function readPageSource(text: string, options: PageSourceOptions = {}): PageSource {
  const reader = createTagReader(options)
  const parser = new Parser({
    onopentag: (name, attributes) => reader.open(safeName(name), attributes),
    onclosetag: () => reader.close(),
    ontext: (data) => reader.text(data),
  })
  // Parsing in chunks allows the loop to stop at the limits, without parsing the rest of a large page.
  for (let at = 0; at < text.length && !reader.isFull(); at += chunkCharacters) {
    parser.write(text.slice(at, at + chunkCharacters))
  }
  parser.end()
  return reader.source()
}

const chunkCharacters = 16_384

/** Replaces an invalid tag name, such as `a"b`, because a parser would read another name in the written page. */
function safeName(name: string): string {
  return /^[a-z][\w:.-]*$/.test(name) ? name : 'span'
}

/** An element whose end tag has not been read yet. */
interface OpenElement {
  /** Text to write when the element ends. */
  readonly end: string
  /** Destination of the element's content. */
  readonly into: 'head' | 'body' | 'json-ld' | 'images' | 'nowhere'
}

const outside: OpenElement = { end: '', into: 'body' }
const dropped: OpenElement = { end: '', into: 'nowhere' }
/** Only the images of a `noscript` are kept. Its text is usually a notice about JavaScript. */
const inNoscript: OpenElement = { end: '', into: 'images' }

// This is a single function, because separate functions would have to pass all of these counters and lists
// to each other.
// oxlint-disable-next-line max-lines-per-function
function createTagReader({ keepHidden = false, keepInvisible = keepHidden }: PageSourceOptions) {
  const head: string[] = []
  const body: string[] = []
  const jsonLd: string[] = []
  const open: OpenElement[] = []
  const isKept = keepHidden ? isSelectable : isReadable
  let rootAttributes = ''
  /** Kind of each image, by its URL: `lazy` if a script loads the image later, `copy` in a `noscript`. */
  const sources = new Map<string, 'lazy' | 'copy'>()
  let scripts = 0
  let invisible = 0
  let refresh: string | undefined
  let pieces = 0
  let characters = 0
  let depth = 0
  let hasTitle = false
  let cut = false

  const current = () => open.at(-1) ?? outside

  function write(markup: string): void {
    characters += markup.length
    body.push(markup)
  }

  function hasRoom(forPieces: number): boolean {
    pieces += forPieces
    cut ||= pieces > pageLimits.pieces || characters > pageLimits.characters
    return !cut
  }

  function openTag(name: string, attributes: Attributes): OpenElement {
    if (name === 'script') return openScript(attributes)
    if (name === 'title') return openTitle()
    if (name === 'html' || name === 'body') {
      rootAttributes ||= writeAttributes(attributes, isRootAttribute)
      return outside
    }
    if (name === 'head' || name === 'link') return outside
    if (name === 'meta' || name === 'base') {
      if (attributes['http-equiv']?.trim().toLowerCase() === 'refresh')
        refresh ??= attributes['content']
      if (head.length < maxHeadParts)
        head.push(`<${name}${writeAttributes(attributes, isHeadAttribute)}>`)
      return outside
    }
    if (name === 'noscript') return inNoscript
    // The template of a shadow root is the visible content of its parent.
    if (name === 'template' && attributes['shadowrootmode'] !== undefined)
      return openContent('div', {})
    if (omittedElements.has(name) || (!keepHidden && isIrrelevant(name, attributes))) return dropped
    if (!keepInvisible && isInvisible(attributes)) {
      invisible += 1
      return dropped
    }
    return name === 'img' ? openImage(attributes) : openContent(name, attributes)
  }

  function openImage(attributes: Attributes): OpenElement {
    const real = withRealSource(attributes)
    const isCopy = current().into === 'images'
    if (isCopy || real !== attributes) {
      const { src = '' } = real
      const kind = isCopy ? 'copy' : 'lazy'
      // A lazily loaded image and its copy in a `noscript` are one image.
      if ((sources.get(src) ?? kind) !== kind) return dropped
      sources.set(src, kind)
    }
    return openContent('img', real)
  }

  function openIn(into: OpenElement['into'], name: string, attributes: Attributes): OpenElement {
    if (into === 'body') return openTag(name, attributes)
    if (into !== 'images') return dropped
    return name === 'img' || name === 'meta' ? openTag(name, attributes) : inNoscript
  }

  function openScript({ type = '' }: Attributes): OpenElement {
    scripts += 1
    const isData = type.trim().toLowerCase() === 'application/ld+json'
    if (!isData || jsonLd.length >= maxJsonLd) return dropped
    jsonLd.push('')
    return { end: '', into: 'json-ld' }
  }

  function openTitle(): OpenElement {
    if (hasTitle) return dropped
    hasTitle = true
    head.push('<title>')
    return { end: '</title>', into: 'head' }
  }

  function openContent(name: string, attributes: Attributes): OpenElement {
    const isVoid = voidElements.has(name)
    if (!hasRoom(1)) return dropped
    if (depth >= pageLimits.depth && !isVoid) {
      // The tag is omitted. The space keeps the words of adjacent blocks apart.
      write(' ')
      return outside
    }
    write(`<${name}${writeAttributes(attributes, isKept)}>`)
    if (isVoid) return outside
    depth += 1
    return { end: `</${name}>`, into: 'body' }
  }

  return {
    open(name: string, attributes: Attributes): void {
      cut ||= open.length >= pageLimits.open
      open.push(openIn(current().into, name, attributes))
    },
    close(): void {
      const { end, into } = open.pop() ?? outside
      if (end === '') return
      if (into === 'head') head.push(end)
      else {
        depth -= 1
        write(end)
      }
    },
    text(data: string): void {
      switch (current().into) {
        case 'head':
          // The title is limited, because a title without an end tag contains the rest of the page.
          if (head.length < maxHeadParts) head.push(escapeText(data.slice(0, 1_000)))
          break
        case 'json-ld':
          jsonLd.push(`${jsonLd.pop() ?? ''}${data}`)
          break
        case 'body':
          // Entities count like elements, because each becomes a separate text node of the document.
          if (hasRoom(countEntities(data))) write(escapeText(data))
          break
        case 'images':
        case 'nowhere':
          break
      }
    },
    isFull: () => cut,
    source: (): PageSource => ({
      html: `<!doctype html><html${rootAttributes}><head>${head.join('')}</head><body>${body.join('')}</body></html>`,
      jsonLd,
      scripts,
      invisible,
      refresh,
      cut,
    }),
  }
}

function countEntities(text: string): number {
  return text.match(/[&<]/g)?.length ?? 0
}

const maxHeadParts = 500
const maxJsonLd = 20

/** Elements that are omitted with their content. Most have no visible text. */
const omittedElements = new Set(
  (
    'style template svg canvas iframe frame frameset noframes object embed applet audio ' +
    'video map select datalist textarea'
  ).split(' '),
)

const voidElements = new Set('area br col hr img input source track wbr param keygen'.split(' '))
