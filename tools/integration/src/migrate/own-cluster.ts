import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Redis } from 'ioredis'

import { freePort, waitUntil } from '../running-app.ts'
import type { OwnRedis } from './own-redis.ts'
import { startOwnRedis } from './own-redis.ts'

const slotCount = 16_384

/** A cluster of three nodes without replicas. Its URL has all of them. */
export interface OwnCluster extends OwnRedis {
  readonly nodeUrls: readonly string[]
}

/** Starts a cluster on free ports. */
export async function startOwnCluster(): Promise<OwnCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-own-cluster-'))
  const nodes: (OwnRedis & { readonly client: Redis; readonly busPort: number })[] = []
  for (const number of [0, 1, 2]) {
    const busPort = await freePort()
    const files = ['--dir', folder, '--cluster-config-file', `nodes-${number}.conf`]
    const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)]
    const node = await startOwnRedis([...cluster, ...files])
    nodes.push({ ...node, client: new Redis(node.url), busPort })
  }
  for (const [index, { url, client, busPort }] of nodes.entries()) {
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    const { port } = new URL(url)
    if (index > 0) await nodes[0]?.client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort)
    const [first = 0, end = 0] = [index, index + 1].map((part) => Math.ceil((part * slotCount) / 3))
    await client.call('CLUSTER', 'ADDSLOTSRANGE', first, end - 1)
  }
  await waitUntil('the cluster is ready', async () => {
    const infos = await Promise.all(nodes.map(({ client }) => client.call('CLUSTER', 'INFO')))
    return infos.every((info) => /cluster_state:ok[^]*cluster_known_nodes:3/.test(String(info)))
  })
  for (const { client } of nodes) client.disconnect()
  return {
    url: `redis://${nodes.map(({ url }) => new URL(url).host).join(',')}`,
    nodeUrls: nodes.map(({ url }) => url),
    async kill() {
      for (const node of nodes) await node.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
