import axe from 'axe-core'
import type { Page } from 'playwright-core'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * Returns the violations of WCAG 2.2 AA and of best practice that axe finds, with their elements. A page
 * that was checked in other colours needs only the rule `color-contrast`.
 */
export async function findViolations(
  page: Page,
  rules: readonly string[] = tags,
): Promise<string[]> {
  // Evaluated by the debugger, which the content security policy does not limit.
  const hasAxe = await page.evaluate(() => 'axe' in globalThis)
  if (!hasAxe) await page.evaluate(axe.source)
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
