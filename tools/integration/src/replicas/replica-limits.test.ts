import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createClient } from '@mcp/client'
import { McpError } from '@mcp/protocol'
import { afterAll, describe, expect, it } from 'vitest'

import { effectsContract } from './effects-server.ts'
import { isReplicationMissing, startReplicatedSystem } from './replicated-system.ts'

const token = 'token-of-ann-0123456789'
const folder = mkdtempSync(join(tmpdir(), 'mcp-limits-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(isReplicationMissing())('three session managers behind nginx', () => {
  it.each([
    ['a limit', 'limit: { requests: 300, per: 1h }'],
    ['a budget', 'budget: { calls: 300 }'],
  ])(
    'keep %s of the policy within 2 %',
    async (_name, bound) => {
      const file = join(folder, 'policy.yaml')
      writeFileSync(file, `rules: [{ server: effects, effect: allow, ${bound} }]`)
      await using system = await startReplicatedSystem({
        MCP_POLICY: file,
        // Callers of this machine without tokens would have a limit for each session.
        MCP_TOKENS: `ann:${token}`,
      })
      const client = createClient({
        url: system.url,
        token,
        contracts: [effectsContract],
        retries: 0,
      })
      const sessions = await Promise.all(Array.from({ length: 30 }, () => client.connect()))
      const codes: string[] = []
      await Promise.all(
        sessions.map(async ({ effects }, number) => {
          for (let call = 0; call < 30; call++) {
            const code = await effects.record({ key: `${number}-${call}` }).then(
              () => 'ok',
              (error: unknown) => McpError.from(error).code,
            )
            codes.push(code)
          }
        }),
      )
      const admitted = codes.filter((code) => code === 'ok').length
      expect(admitted).toBeGreaterThanOrEqual(294)
      expect(admitted).toBeLessThanOrEqual(306)
      expect(new Set(codes)).toEqual(new Set(['ok', 'rate-limited']))
      expect(system.effects().effects.size).toBe(admitted)
    },
    180_000,
  )
})
