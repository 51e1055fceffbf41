import type { Page } from 'playwright-core'

import type { OpenedPage } from './open-page.ts'
import { openPage } from './open-page.ts'

/**
 * Opens the page and watches it for attacks. Injected code calls `attack` if it runs. A dialog counts as an
 * attack, too.
 */
export async function openWatched(url: string, path: string): Promise<OpenedPage> {
  const opened = await openPage(url, { path, expectedStatuses: [400, 502] })
  const { page, problems } = opened
  await watchAttacks(page)
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return opened
}

/**
 * Defines `attack`, which records that it was called. An earlier call is an uncaught error, which `openPage`
 * reports as a problem.
 */
export async function watchAttacks(page: Page): Promise<void> {
  await page.evaluate(() =>
    Object.assign(globalThis, { attack: () => Object.assign(globalThis, { attacked: true }) }),
  )
}

/** Returns the elements and attributes of the page that could run or load something. */
export async function findDanger(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const loading = new Set('src srcset data action formaction poster ping srcdoc'.split(' '))
    const found: string[] = []
    if ('attacked' in globalThis) found.push('attack() was called')
    for (const element of document.body.querySelectorAll('*')) {
      const name = element.localName
      if (/^(?:iframe|object|embed|base|video|audio|portal|use)$/.test(name)) {
        found.push(`<${name}>`)
      }
      for (const attribute of element.attributes) {
        const { name: key, value } = attribute
        if (key.startsWith('on')) found.push(`${name} ${key}`)
        const isLoading = loading.has(key) || (key.endsWith('href') && name !== 'a')
        if (isLoading && /evil|attack/.test(value)) found.push(`${name} ${key}=${value}`)
        if (key === 'style' && value.includes('url(')) found.push(`${name} style=${value}`)
      }
      if (element instanceof HTMLAnchorElement && element.hasAttribute('href')) {
        const { protocol, origin, rel, target } = element
        const isSafe = ['http:', 'https:', 'blob:'].includes(protocol)
        const isOwn = origin === location.origin
        const isApart = rel.includes('noopener') && target === '_blank'
        if (!isSafe || (!isOwn && !isApart)) found.push(`a href=${element.href} rel=${rel}`)
      }
    }
    return found
  })
}
