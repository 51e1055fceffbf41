import axe from 'axe-core'
import type { Page } from 'playwright-core'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const maxAttempts = 8

/**
 * Returns the violations of WCAG 2.2 AA and of best practice that axe finds, with their elements. A page
 * that was checked in other colours needs only the rule `color-contrast`. While the colours or the state
 * of an element change, axe combines the old value of one property with the new value of another, so
 * only a violation that lasts is returned.
 */
export async function findViolations(
  page: Page,
  rules: readonly string[] = tags,
): Promise<string[]> {
  // The debugger evaluates the source of axe, because the content security policy does not limit the
  // debugger.
  const hasAxe = await page.evaluate(() => 'axe' in globalThis)
  if (!hasAxe) await page.evaluate(axe.source)
  let violations: string[] = []
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    violations = await runAxe(page, rules)
    if (violations.length === 0) break
    await nextFrame(page)
  }
  return violations
}

function nextFrame(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(), 100))),
  )
}

function runAxe(page: Page, rules: readonly string[]): Promise<string[]> {
  return page.evaluate(async (runOnly) => {
    const axe = Reflect.get(globalThis, 'axe')
    const { violations } = await axe.run({ runOnly })
    return violations.flatMap(
      ({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
        nodes.map(
          ({ html, failureSummary }) =>
            `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`,
        ),
    )
  }, rules)
}
