import { parseHTML } from 'linkedom'

import type { PageSource } from './page-source.ts'

/** Builds the tree of a page, with every address absolute and what is of no use to a reader gone. */
export function buildPageTree({ html }: PageSource, url: string): Document {
  const { document } = parseHTML(html)
  makeAbsolute(
    document,
    URL.parse(document.querySelector('base[href]')?.getAttribute('href') ?? '', url)?.href ?? url,
  )
  removeControls(document)
  unwrapNumberedCode(document)
  return document
}

/** The class of the elements that stand for a checkbox: what looks for articles removes all fields. */
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
    // The headings of things that fold out are buttons as well.
    if (button.closest(`${headings}, summary, dt`) === null) button.remove()
  }
  for (const anchor of document.querySelectorAll(`:is(${headings}) a[href*="#"]`)) {
    // A heading that links to itself does so with a sign.
    if (/^[\s#¶§🔗]*$/u.test(anchor.textContent ?? '')) anchor.remove()
  }
  for (const control of document.querySelectorAll('.mw-editsection, .mw-cite-backlink')) {
    control.remove()
  }
}

/** Addresses that lead somewhere. `javascript:`, `data:` and the like run or carry something instead. */
const followed = new Set(['http:', 'https:', 'mailto:', 'tel:', 'ftp:'])

function makeAbsolute(document: Document, base: string): void {
  for (const [selector, name] of [
    ['[href]', 'href'],
    ['[src]', 'src'],
  ] as const) {
    for (const element of document.querySelectorAll(selector)) {
      const address = element.getAttribute(name)?.trim() ?? ''
      // An empty link leads to the page itself, an empty image to none.
      const target = name === 'src' && address === '' ? null : URL.parse(address, base)
      if (target !== null && followed.has(target.protocol)) element.setAttribute(name, target.href)
      else element.removeAttribute(name)
    }
  }
  for (const image of document.querySelectorAll('img:not([src])')) image.remove()
}

/** Code with line numbers is often a table of two cells, one of which is the code. */
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
