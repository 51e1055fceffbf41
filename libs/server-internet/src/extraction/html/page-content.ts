import type { EmptyReason } from '../empty-reason.ts'
import { emptyNotes } from '../empty-reason.ts'
import type { Extraction, ExtractRequest } from '../extraction.ts'
import { toMarkdown } from '../markdown/markdown.ts'
import { findArticle } from './article.ts'
import { readRefresh } from './meta-refresh.ts'
import { readMetadata } from './metadata.ts'
import { pageLimits } from './page-limits.ts'
import { collectLinks, formatLink } from './page-links.ts'
import type { PageSource, PageSourceOptions } from './page-source.ts'
import { readPageSource } from './page-source.ts'
import { baseOf, buildPageTree } from './page-tree.ts'
import { toPlainText } from './plain-text.ts'
import { selectElements } from './select-elements.ts'

type PageRequest = Pick<ExtractRequest, 'url' | 'format' | 'extract'>

/** The requested part of a page. */
interface Part {
  readonly elements: readonly Element[]
  /** What the part consists of: the elements themselves, or only their contents. */
  readonly includes: 'elements' | 'contents'
  readonly byline?: string | undefined
  readonly note?: string | undefined
}

/** Extracts the requested content from an HTML page. */
export function readPage(
  text: string,
  request: PageRequest,
): Omit<Extraction, 'contentType' | 'charset'> {
  const { url, format } = request
  const { source, document, plainText, isRevealed } = openPage(text, request)
  const { byline, ...metadata } = readMetadata(document, source)
  const isShell =
    source.scripts > 0 &&
    plainText.length < shellCharacters &&
    document.querySelector(appRoots) !== null
  const part = findPart(document, source, plainText, request)
  const author = byline ?? part.byline
  const links = format === 'links' ? collectLinks(part.elements) : undefined
  const content = links === undefined ? write(part, format) : links.map(formatLink).join('\n')
  const reason = content === '' ? emptyReasonOf(text, plainText, part, source, request) : undefined
  const refresh =
    source.refresh === undefined
      ? undefined
      : readRefresh(source.refresh, url, baseOf(document, url))
  const notes = [
    reason === undefined ? part.note : emptyNotes[reason],
    isShell && reason === undefined ? shellNote : undefined,
    isRevealed ? revealedNote : undefined,
    source.cut ? cutNote : undefined,
  ].filter((note) => note !== undefined)

  return {
    ...metadata,
    ...(author !== undefined && { byline: author }),
    content,
    ...(links !== undefined && { links }),
    ...(reason !== undefined && { emptyReason: reason }),
    ...(notes.length > 0 && { note: notes.join(' ') }),
    ...(refresh !== undefined && { refresh }),
  }
}

interface OpenPage {
  readonly source: PageSource
  readonly document: Document
  /** Plain text of the page. */
  readonly plainText: string
  /** Whether the page includes text that a script has to show. */
  readonly isRevealed: boolean
}

/**
 * Builds the document of a page. If a page has almost no visible text, but much text that a script has
 * to show, this text is included. Servers send such pages to render them step by step.
 */
function openPage(text: string, { url, extract }: PageRequest): OpenPage {
  const keepHidden = typeof extract === 'object'
  const visible = build({ keepHidden })
  const { source, plainText } = visible
  if (keepHidden || source.invisible === 0 || plainText.length >= shellCharacters) return visible
  const revealed = build({ keepInvisible: true })
  const isUseful = revealed.plainText.length >= Math.max(shellCharacters, plainText.length * 4)
  return isUseful ? { ...revealed, isRevealed: true } : visible

  function build(options: PageSourceOptions): OpenPage {
    const read = readPageSource(text, options)
    const document = buildPageTree(read, url)
    return { source: read, document, plainText: toPlainText(document.body), isRevealed: false }
  }
}

/**
 * A page that requires JavaScript has scripts, an element for the application, and less text than this
 * number of characters.
 */
const shellCharacters = 200
const appRoots = '#root, #app, #__next, #__nuxt, #___gatsby, app-root, [data-reactroot]'
const shellNote =
  'The page has almost no text; it seems to require JavaScript, which is not executed.'

const revealedNote =
  'The visible page has almost no text, so the text that a script would show is included.'

const cutNote = `The page is very large: only its beginning was read, up to ${pageLimits.pieces} elements or ${pageLimits.characters} characters.`

function findPart(
  document: Document,
  source: PageSource,
  plainText: string,
  { url, extract }: PageRequest,
): Part {
  if (typeof extract === 'object') {
    return { elements: selectElements(document, extract.selector), includes: 'elements' }
  }
  if (extract === 'full' || plainText === '') return whole(document)
  const article = findArticle(document, plainText.length)
  if (article !== undefined) {
    const { element, length, byline } = article
    const isSmall = length * 2 < plainText.length
    return {
      elements: [element],
      includes: 'contents',
      byline,
      ...(isSmall && { note: smallNote(length, plainText.length) }),
    }
  }
  // The document is built again, because the search for the article has modified it.
  const fresh = buildPageTree(source, url)
  return { ...whole(fresh), note: 'No article was found; this is the whole page.' }
}

/**
 * Returns the note for an article that is only a small part of its page. This happens on a page with
 * several articles, such as a forum thread.
 */
function smallNote(length: number, wholeLength: number): string {
  return `The article has ${length} of about ${wholeLength} characters on the page. Use extract "full" for the whole page.`
}

function whole({ body }: Document): Part {
  return { elements: [body], includes: 'contents' }
}

function write(part: Part, format: PageRequest['format']): string {
  const { elements, includes } = part
  const texts = elements.map(toPlainText)
  if (format === 'text') return texts.join('\n\n').trim()
  const isBare = texts.every((text) => text === '') && !elements.some(hasImage)
  if (isBare) return ''
  if (format === 'markdown')
    return toMarkdown(
      includes === 'elements' ? elements : elements.flatMap(({ childNodes }) => [...childNodes]),
    )
  return elements
    .map((element) => (includes === 'contents' ? element.innerHTML : element.outerHTML))
    .join('\n')
    .trim()
}

function hasImage(element: Element): boolean {
  return element.matches('img[src]') || element.querySelector('img[src]') !== null
}

function emptyReasonOf(
  text: string,
  plainText: string,
  { elements }: Part,
  { scripts }: PageSource,
  { format, extract }: PageRequest,
): EmptyReason {
  if (text.trim() === '') return 'empty-answer'
  if (plainText === '' && scripts > 0) return 'needs-javascript'
  if (typeof extract === 'object' && elements.length === 0) return 'selector-matched-nothing'
  return format === 'links' ? 'no-links' : 'no-text'
}
