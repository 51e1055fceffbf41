import { badSelector } from '../extraction-errors.ts'
import { isHidden, isReadable } from './page-attributes.ts'

/**
 * Returns the outermost matches of a selector, including hidden ones. Removes hidden descendants of a
 * match unless the selector matches them too.
 */
export function selectElements(document: Document, selector: string): Element[] {
  const found = query(document, selector)
  const all = new Set(found)
  // A match within another match is already included in it.
  const outermost = found.filter((element) => !hasAncestor(element, all))
  for (const element of outermost) clean(element, all)
  return outermost
}

function query(document: Document, selector: string): Element[] {
  try {
    return Array.from(document.querySelectorAll(selector))
  } catch (cause) {
    throw badSelector(selector, cause)
  }
}

function hasAncestor(element: Element, among: ReadonlySet<Element>): boolean {
  for (let above = element.parentElement; above !== null; above = above.parentElement) {
    if (among.has(above)) return true
  }
  return false
}

/**
 * Removes hidden elements, and attributes that the extraction does not read. `readPageSource` with
 * `keepHidden` left them in the document, so that the selector could match them.
 */
function clean(match: Element, matches: ReadonlySet<Element>): void {
  for (const element of [match, ...match.querySelectorAll('*')]) {
    const names = element.getAttributeNames()
    const attributes = Object.fromEntries(
      names.map((name) => [name, element.getAttribute(name) ?? '']),
    )
    if (!matches.has(element) && isHidden(element.localName, attributes)) element.remove()
    for (const name of names) if (!isReadable(name)) element.removeAttribute(name)
  }
}
