import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createDispatcher } from '@mcp/dispatcher'
import { createRequest } from '@mcp/protocol'
import { openUpstreams } from '@mcp/upstream/settings'
import { describe, expect, it } from 'vitest'

import { serve, startWith } from './remote-server.ts'

describe.each(['legacy', 'modern'] as const)('a %s server that has moved', (era) => {
  it.each([307, 308])(
    'is followed to another path with status %i, and runs once',
    async (status) => {
      await using system = await startWith(era)
      expect(await system.call('count')).toMatchObject({ content: [{ text: '1' }] })
      system.server.move('/v2/mcp?tenant=a', status)
      expect(await system.call('count')).toMatchObject({ content: [{ text: '2' }] })
      // A server that was restarted there knows no session.
      system.server.forget()
      expect(await system.call('count')).toMatchObject({ content: [{ text: '3' }] })
      expect(system.counts.calls).toBe(3)
      expect(system.server.received.at(-1)?.url).toContain('/v2/mcp?tenant=a')
    },
  )

  it('is not followed to another origin, which receives nothing', async () => {
    const other = { calls: 0 }
    const elsewhere = await serve(era, other)
    try {
      const headers = { authorization: 'Bearer secret', 'x-api-key': 'secret' }
      await using system = await startWith(era, { headers })
      expect(await system.call('count')).toMatchObject({ content: [{ text: '1' }] })
      system.server.move(`${elsewhere.url}?token=secret`)
      const text = JSON.stringify(await system.call('count'))
      expect(text).toContain(`to another origin, ${elsewhere.url}. Headers and tokens`)
      expect(text).toContain('Set \\"url\\" of its entry')
      expect(text).not.toContain('secret')
      expect(await system.upstream?.health?.()).toMatchObject({
        connection: { phase: 'failed', reason: expect.stringContaining(elsewhere.url) },
      })
      expect(elsewhere.received).toEqual([])
      expect([system.counts.calls, other.calls]).toEqual([1, 0])
    } finally {
      await elsewhere.close()
    }
  })

  it('is reached at the address in the changed file, and runs once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-moved-'))
    const file = join(folder, 'mcp.json')
    const write = (url: string) =>
      writeFileSync(file, JSON.stringify({ mcpServers: { remote: { url } } }))
    const counts = { calls: 0 }
    const before = await serve(era, counts)
    const after = await serve(era, counts)
    const dispatcher = createDispatcher()
    const config = { MCP_CONFIG: file, MCP_ALLOW_COMMANDS: false, MCP_OPERATORS: [] }
    write(before.url)
    const errors: unknown[] = []
    const upstreams = openUpstreams(
      { ...config, MCP_PUBLIC_URL: undefined },
      { folder, onWarning: () => {}, onError: (error) => errors.push(error) },
    )
    const call = async () => {
      const payload = { tool: 'remote', operation: 'count', params: {} }
      return JSON.stringify(await dispatcher.dispatch(createRequest('tool-execution', payload)))
    }
    try {
      await upstreams.start(dispatcher)
      expect(await call()).toContain('"text":"1"')
      await before.close()
      write(after.url)
      // Calls fail until the change of the file is taken up, and none of them runs.
      await expect.poll(call, { timeout: 4000 }).toContain('"text":"2"')
      expect(counts.calls).toBe(2)
      expect(await call()).toContain('"text":"3"')
    } finally {
      upstreams.close()
      await dispatcher.close()
      await Promise.all([before.close(), after.close()])
      rmSync(folder, { recursive: true })
    }
  })
})

it('does not repeat a call without its content', async () => {
  await using system = await startWith('modern')
  system.server.move('/v2/mcp', 302)
  expect(JSON.stringify(await system.call('count'))).toContain('with status 302, which removes')
  expect(system.counts.calls).toBe(0)
})
