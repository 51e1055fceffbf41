import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { recordCommands } from './fixtures/record-commands.ts'
import { startRedisCluster } from './fixtures/start-redis-cluster.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import type { SecureRedis } from './fixtures/start-secure-redis.ts'
import {
  documentedRules,
  startClusterWithUser,
  startSecureRedis,
} from './fixtures/start-secure-redis.ts'
import { useConversations, useStores } from './fixtures/use-everything.ts'
import { createRedisConversations } from './redis-conversations.ts'
import { createRedisStores } from './redis-stores.ts'

const prefix = 'mcp:'

async function start(): Promise<SecureRedis> {
  const redis = await startSecureRedis()
  onTestFinished(() => redis.kill())
  return redis
}

describe.skipIf(isRedisMissing())('Redis with TLS', () => {
  it('is refused without the certificate of its authority', async () => {
    const { url, port } = await start()
    await expect(createRedisStores(url)).rejects.toThrow(
      `Redis at 127.0.0.1:${port} has a certificate that is not trusted: set REDIS_CA_FILE`,
    )
  })

  it('is refused if its certificate is for another name', async () => {
    const { url, port, caFile } = await start()
    await expect(
      createRedisStores(url.replace('127.0.0.1', 'localhost'), { caFile }),
    ).rejects.toThrow(`Redis at localhost:${port} has a certificate for another name`)
  })

  it('is refused if it does not use TLS', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.kill())
    await expect(createRedisStores(redis.url.replace('redis:', 'rediss:'))).rejects.toThrow(
      'is not reachable with TLS: use its TLS port, or redis:// in place of rediss://.',
    )
  }, 20_000)

  it('is refused if the URL has no TLS', async () => {
    const { url } = await start()
    await expect(createRedisStores(url.replace('rediss:', 'redis:'))).rejects.toThrow(
      'is closing the connection: if it requires TLS, use rediss:// in REDIS_URL.',
    )
  })

  it('reports a file of certificates that does not exist, or contains none', async () => {
    const url = 'rediss://127.0.0.1'
    await expect(createRedisStores(url, { caFile: '/none.pem' })).rejects.toThrow(
      'REDIS_CA_FILE cannot be read: "/none.pem". Set it to a file of PEM certificates.',
    )
    const caFile = new URL(import.meta.url).pathname
    await expect(createRedisStores(url, { caFile })).rejects.toThrow(
      'REDIS_CA_FILE contains no certificate',
    )
  })
})

describe.skipIf(isRedisMissing())('a user of Redis without a required permission', () => {
  it.each([
    ['stores', '-set', createRedisStores],
    ['conversations', '-subscribe', createRedisConversations],
  ] as const)('leaves no connection of the %s open', async (_name, rule, create) => {
    const redis = await startRedis(['--user', 'mcp', 'on', '>password', '~*', '&*', '+@all', rule])
    onTestFinished(() => redis.kill())
    const url = redis.url.replace('redis://', 'redis://mcp:password@')
    await expect(create(url)).rejects.toThrow('does not permit a command')
    const probe = new Redis({ port: redis.port })
    onTestFinished(() => probe.disconnect())
    await vi.waitFor(async () =>
      expect(String(await probe.client('LIST'))).not.toContain('user=mcp'),
    )
  })
})

describe.skipIf(isRedisMissing())('the user of Redis in the documentation', () => {
  it('may use what the stores need', async () => {
    const { url, caFile } = await start()
    await expect(useStores(url, { prefix, caFile })).resolves.toBeUndefined()
    await expect(useConversations(url, { prefix, caFile })).resolves.toBeUndefined()
  }, 30_000)

  it('may use what the stores need in a cluster', async () => {
    const cluster = await startClusterWithUser()
    onTestFinished(() => cluster.kill())
    await expect(useStores(cluster.url, { prefix })).resolves.toBeUndefined()
    await expect(useConversations(cluster.url, { prefix })).resolves.toBeUndefined()
  }, 60_000)

  it('may use no other command, key or channel', async () => {
    const redis = await startRedis()
    const cluster = await startRedisCluster()
    onTestFinished(async () => {
      await redis.kill()
      await cluster.kill()
    })
    const ports = [redis.port, ...cluster.nodes.map(({ port }) => port)]
    const recorder = await recordCommands(ports, { hasScriptCommands: true, isComplete: true })
    const commands = await recorder.sentDuring(async () => {
      for (const { url } of [redis, cluster]) {
        await expect(useStores(url, { prefix })).resolves.toBeUndefined()
        await expect(useConversations(url, { prefix })).resolves.toBeUndefined()
      }
    })
    recorder.close()
    const used = new Set(
      commands.map(([command = '', sub = '']) => {
        const name = command.toLowerCase().replace('lua ', '')
        return name === 'cluster' ? `+cluster|${sub.toLowerCase()}` : `+${name}`
      }),
    )
    const rules = await documentedRules()
    const permitted = rules.filter((rule) => rule.startsWith('+'))
    // These are only sent while a slot moves, and by the checks of connections.
    const rare = ['+asking', '+ping', '+cluster|links']
    expect(permitted.filter((rule) => !rare.includes(rule)).toSorted()).toEqual(
      Array.from(used)
        .filter((rule) => !rare.includes(rule))
        .toSorted(),
    )
    expect(permitted).toEqual(expect.arrayContaining(rare))
    expect(rules.filter((rule) => !rule.startsWith('+'))).toEqual([
      'resetchannels',
      '~mcp:*',
      '&mcp:*',
      '-@all',
    ])
  }, 60_000)

  it('gets an error that names what to permit', async () => {
    const rules = ['on', '>password', '~other:*', '&*', '+@all']
    const redis = await startRedis(['--user', 'mcp', ...rules])
    onTestFinished(() => redis.kill())
    await expect(createRedisStores(redis.url.replace('//', '//mcp:password@'))).rejects.toThrow(
      'does not permit a command, key or channel to this user',
    )
  })
})
