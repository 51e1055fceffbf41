import { serviceUrl } from '../data/service-url.ts'

/** Ids of all views, in the order of the rail. */
export type ViewId = 'chat' | 'console' | 'database' | 'files' | 'activity' | 'servers'

/** Path of the page on its host. The service answers each path below it with the page. */
export const pagePath = `${serviceUrl.pathname}ui`

/**
 * Returns the address of a view and of a selection in it, for `Link` and `navigate` of wouter, which add
 * `pagePath`.
 *
 * @example
 * link('console', 'calculator', 'add') // '/console/calculator/add'
 */
export function link(view: ViewId, ...selection: readonly string[]): string {
  return ['', view, ...selection.map(encodeURIComponent)].join('/')
}
