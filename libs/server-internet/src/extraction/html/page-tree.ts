import { parseHTML } from 'linkedom'

import type { PageSource } from './page-source.ts'

/** Builds the document of a page. Makes its URLs absolute. Removes its controls and the line numbers of code. */
export function buildPageTree({ html }: PageSource, url: string): Document {
  const { document } = parseHTML(html)
  makeAbsolute(document, baseOf(document, url))
  removeControls(document)
  unwrapNumberedCode(document)
  return document
}

/** Returns the base URL of a page: the URL of its base element, or its own URL. */
export function baseOf(document: Document, url: string): string {
  const base = document.querySelector('base[href]')?.getAttribute('href') ?? ''
  return URL.parse(base, url)?.href ?? url
}

/** Class of the `span` that replaces a checkbox. Readability would remove the checkbox itself. */
export const checkboxClass = 'page-checkbox'

const headings = 'h1, h2, h3, h4, h5, h6'

function removeControls(document: Document): void {
  for (const checkbox of document.querySelectorAll('input[type="checkbox"]')) {
    const mark = document.createElement('span')
    mark.setAttribute('class', checkboxClass)
    mark.textContent = checkbox.hasAttribute('checked') ? '[x]' : '[ ]'
    checkbox.replaceWith(mark)
  }
  for (const button of document.querySelectorAll('button')) {
    // A button in a heading is kept, because it is often the title of a collapsible section.
    if (button.closest(`${headings}, summary, dt`) === null) button.remove()
  }
  for (const anchor of document.querySelectorAll(`:is(${headings}) a[href*="#"]`)) {
    // A link from a heading to itself is removed. The text of such a link consists only of a symbol.
    if (/^[\s#¶§🔗]*$/u.test(anchor.textContent ?? '')) anchor.remove()
  }
  for (const control of document.querySelectorAll('.mw-editsection, .mw-cite-backlink')) {
    control.remove()
  }
}

/** Schemes of links that are kept. Others, such as `javascript:` and `data:`, are removed. */
const followed = new Set(['http:', 'https:', 'mailto:', 'tel:', 'ftp:'])

function makeAbsolute(document: Document, base: string): void {
  for (const [selector, name] of [
    ['[href]', 'href'],
    ['[src]', 'src'],
  ] as const) {
    for (const element of document.querySelectorAll(selector)) {
      const address = element.getAttribute(name)?.trim() ?? ''
      // An empty `href` links to the page itself. An empty `src` does not name an image.
      const target = name === 'src' && address === '' ? null : URL.parse(address, base)
      if (target !== null && followed.has(target.protocol)) element.setAttribute(name, target.href)
      else element.removeAttribute(name)
    }
  }
  for (const image of document.querySelectorAll('img:not([src])')) image.remove()
}

/**
 * Removes line numbers from code. Code with line numbers is often a table with two cells: the numbers
 * and the code. Such a table is replaced by the code.
 */
function unwrapNumberedCode(document: Document): void {
  const numbers = '.linenos, .linenodiv, .lineno, .line-numbers-rows, .line-number, .gutter'
  for (const gutter of document.querySelectorAll(numbers)) {
    if (gutter.closest('pre, table') !== null) gutter.remove()
  }
  for (const table of document.querySelectorAll('table')) {
    const [code, ...others] = table.querySelectorAll('pre')
    if (code === undefined || others.length > 0) continue
    if (table.textContent?.trim() === code.textContent?.trim()) table.replaceWith(code)
  }
}
