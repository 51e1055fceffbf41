import { fieldsOf, listOf } from '../results.ts'
import type { ClusterNodes } from './cluster-nodes.ts'
import type { RedisNode } from './redis-url.ts'
import { formatNode } from './redis-url.ts'

/**
 * Creates the check of the links from the other nodes to the node of the subscriber. Messages are sent on these
 * links without a confirmation. Messages that were on their way when a link broke are lost, although the
 * connection of the subscriber did not break. `onMissed` is called if a link of the previous check no longer
 * exists.
 */
export function createLinkCheck(
  nodes: ClusterNodes,
  onMissed: () => void,
): (subscribed: RedisNode) => Promise<void> {
  let known: ReadonlySet<string> = new Set()
  let knownOf = ''

  return async (subscribed) => {
    const address = formatNode(subscribed)
    const found = nodes.list().find(({ node }) => formatNode(node) === address)
    if (found?.client.status !== 'ready') return
    const links = listOf(await found.client.call('CLUSTER', 'LINKS')).map((link) => fieldsOf(link))
    const incoming = links.filter((link) => link.get('direction') === 'from')
    const current = new Set(
      incoming.map((link) => `${link.get('node')} ${link.get('create-time')}`),
    )
    const isLost = address === knownOf && !Array.from(known).every((link) => current.has(link))
    known = current
    knownOf = address
    if (isLost) onMissed()
  }
}
