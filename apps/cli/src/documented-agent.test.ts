import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { ClientApp } from './fixtures/client-app.ts'
import { startFreshHub } from './fixtures/client-app.ts'
import { documentedBlocks, readPage } from './fixtures/documented-blocks.ts'

const blocks = documentedBlocks(readPage('agent.md'))

let app: ClientApp
let folder: string
beforeAll(async () => {
  app = await startFreshHub()
  folder = mkdtempSync(join(tmpdir(), 'mcp-agent-'))
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

// The blocks share their variables. An HTTP error is a failure, and the time limit of "curl -m" is not.
const prelude = `set -eu
curl() {
  command curl --fail-with-body -s "$@" && return 0
  code=$?
  test $code = 28
}
test ! -f variables || . ./variables
set -a`

function runBlock(block: string): Promise<{ readonly code: number; readonly output: string }> {
  const script = `${prelude}\n${block.replace('http://localhost:8080', app.url)}\nexport -p > variables`
  const env = { PATH: process.env['PATH'] }
  return new Promise((done) => {
    execFile('sh', ['-c', script], { cwd: folder, env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
    )
  })
}

it('has commands', () => {
  expect(blocks.length).toBeGreaterThan(8)
})

it.each(blocks)(
  '%s',
  async (block) => {
    const { code, output } = await runBlock(block)
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' })
    for (const [, id = ''] of output.matchAll(/^id: *(.*)$/gm)) expect(id).not.toBe('')
    expect(output).not.toContain('"reason":"failed"')
  },
  60_000,
)
