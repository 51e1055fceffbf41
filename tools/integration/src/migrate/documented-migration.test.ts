import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { mcpCommand } from '../backup/mcp-command.ts'
import { areProgramsMissing } from '../missing-programs.ts'
import { fillFolder } from './large-folder.ts'
import type { OwnRedis } from './own-redis.ts'
import { redisServer, startOwnRedis } from './own-redis.ts'
import { readRedis } from './read-redis.ts'

const page = readFileSync(
  resolve(import.meta.dirname, '../../../../docs/backup-and-upgrade.md'),
  'utf8',
)

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))('the documented move', () => {
  let redis: OwnRedis
  let folder: string
  beforeAll(async () => {
    redis = await startOwnRedis()
    folder = mkdtempSync(join(tmpdir(), 'mcp-documented-'))
  })
  afterAll(async () => {
    await redis.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  it('copies the data folder to Redis', async () => {
    const block = /^( *)```sh migrate\n(.*?)^\1```/ms.exec(page)?.[2] ?? ''
    expect(block).toContain('--to redis://127.0.0.1:6379')
    const data = join(folder, 'data')
    mkdirSync(data)
    const { counts, conversations } = await fillFolder(data, 20)
    const command = mcpCommand.map((word) => `'${word}'`).join(' ')
    const commands = block.replaceAll('redis://127.0.0.1:6379', redis.url)
    const env = { PATH: process.env['PATH'], MCP_DATA_DIR: data }
    const output = execFileSync('sh', ['-euc', `mcp() { ${command} "$@"; }\n${commands}`], { env })
    const [dryRun = '', moved = ''] = output.toString().trim().split('\n')
    expect(JSON.parse(dryRun)).toMatchObject({ dryRun: true, sessions: { counts } })
    expect(JSON.parse(moved)).toMatchObject({
      redis: new URL(redis.url).host,
      dryRun: false,
      sessions: { result: 'moved', counts },
      conversations: { conversations },
    })
    expect((await readRedis(redis.url)).size).toBeGreaterThan(counts.sessions)
  }, 60_000)
})
