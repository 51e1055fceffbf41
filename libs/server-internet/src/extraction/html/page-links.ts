import type { ExtractedLink } from '../extraction.ts'

/** Returns the links of the elements. Links with the same URL and text are returned once. */
export function collectLinks(scope: readonly Element[]): ExtractedLink[] {
  const links = new Map<string, ExtractedLink>()
  for (const element of scope) {
    const inside = Array.from(element.querySelectorAll('a[href], area[href]'))
    for (const anchor of element.matches('a[href]') ? [element, ...inside] : inside) {
      const url = anchor.getAttribute('href') ?? ''
      const rel = anchor.getAttribute('rel')?.trim() ?? ''
      const text = linkText(anchor)
      links.set(`${url} ${text}`, { text, url, ...(rel !== '' && { rel }) })
    }
  }
  return Array.from(links.values())
}

/** Formats a link as a single line. */
export function formatLink({ text, url }: ExtractedLink): string {
  return text === '' ? url : `${text}: ${url}`
}

function linkText(anchor: Element): string {
  const texts = [
    anchor.textContent,
    anchor.querySelector('img')?.getAttribute('alt'),
    anchor.getAttribute('aria-label'),
    anchor.getAttribute('title'),
    anchor.getAttribute('alt'),
  ]
  const lines = texts.map((text) => text?.replaceAll(/\s+/g, ' ').trim() ?? '')
  return (lines.find((line) => line !== '') ?? '').slice(0, 1_000).toWellFormed()
}
