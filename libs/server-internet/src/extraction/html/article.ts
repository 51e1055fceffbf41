import { Readability } from '@mozilla/readability'

/** The article of a page. */
export interface Article {
  /** The element whose content is the article; the element itself is not part of it. */
  readonly element: Element
  /** Length of the text, in characters. */
  readonly length: number
  readonly byline: string | undefined
}

const minLength = 200

const advertisements =
  '.ad, .ads, .advert, .advertisement, .adsbygoogle, .ad-slot, .ad-container, [id^="div-gpt-ad"]'

/**
 * Finds the article of a page like the reading mode of a browser. Modifies the document. Returns
 * undefined if there is no article, or only a short one on a page with much more text.
 *
 * @param wholeLength Length of the text on the whole page, in characters.
 */
export function findArticle(document: Document, wholeLength: number): Article | undefined {
  for (const advertisement of document.querySelectorAll(advertisements)) advertisement.remove()
  const found = new Readability<Node>(document, {
    // The classes contain the language of code blocks.
    keepClasses: true,
    // `readMetadata` reads the JSON-LD.
    disableJSONLD: true,
    serializer: (node) => node,
  }).parse()
  const element = isElement(found?.content) ? found.content.firstElementChild : null
  const length = found?.length ?? 0
  if (element === null || length === 0) return undefined
  if (length < minLength && length * 3 < wholeLength) return undefined
  const byline = found?.byline?.replaceAll(/\s+/g, ' ').trim() ?? ''
  return { element, length, byline: byline === '' ? undefined : byline }
}

function isElement(node: Node | null | undefined): node is Element {
  return node?.nodeType === 1
}
