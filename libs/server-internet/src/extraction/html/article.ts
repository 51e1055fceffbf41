import { Readability } from '@mozilla/readability'

/** The part of a page that is its article. */
export interface Article {
  /** What the article is in; the element itself is no part of it. */
  readonly element: Element
  /** The characters of its text. */
  readonly length: number
  readonly byline: string | undefined
}

const shortest = 200

const advertisements =
  '.ad, .ads, .advert, .advertisement, .adsbygoogle, .ad-slot, .ad-container, [id^="div-gpt-ad"]'

/**
 * Finds the article of a page, as a browser's reading mode does. Takes the tree apart.
 *
 * @param wholeLength the characters of text on the page: a find of a few words on a page of many is none.
 */
export function findArticle(document: Document, wholeLength: number): Article | undefined {
  for (const advertisement of document.querySelectorAll(advertisements)) advertisement.remove()
  const found = new Readability<Node>(document, {
    // Classes say which language code is in. What JSON-LD says was read already.
    keepClasses: true,
    disableJSONLD: true,
    serializer: (node) => node,
  }).parse()
  const element = isElement(found?.content) ? found.content.firstElementChild : null
  const length = found?.length ?? 0
  if (element === null || length === 0) return undefined
  if (length < shortest && length * 3 < wholeLength) return undefined
  const byline = found?.byline?.replaceAll(/\s+/g, ' ').trim() ?? ''
  return { element, length, byline: byline === '' ? undefined : byline }
}

function isElement(node: Node | null | undefined): node is Element {
  return node?.nodeType === 1
}
