import { execFile } from 'node:child_process'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { ClientApp } from './fixtures/client-app.ts'
import { startFreshHub } from './fixtures/client-app.ts'
import { documentedBlocks, readPage } from './fixtures/documented-blocks.ts'
import { commandLine } from './fixtures/start-command.ts'
import { exitCodeMeanings } from './output/exit-codes.ts'

const page = readPage('terminal.md')
const commands = documentedBlocks(page)
  .flatMap((block) => block.split('\n'))
  .filter((line) => line !== '')

let app: ClientApp
beforeAll(async () => {
  app = await startFreshHub()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Runs a line of the page in a shell in which `mcp` is the command from the sources. */
function runLine(line: string): Promise<{ readonly code: number; readonly output: string }> {
  const words = commandLine().map((word) => `'${word}'`)
  const script = `mcp() { ${words.join(' ')} "$@"; }\n${line}`
  const env = { PATH: process.env['PATH'], MCP_URL: app.url, XDG_STATE_HOME: app.state }
  return new Promise((done) => {
    const child = execFile('sh', ['-c', script], { env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
    )
    child.stdin?.end()
  })
}

it('has commands', () => {
  expect(commands.length).toBeGreaterThan(10)
})

it.each(commands)(
  '%s',
  async (line) => {
    const { code, output } = await runLine(line)
    expect(output).not.toBe('')
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' })
  },
  60_000,
)

it('names each exit code', () => {
  for (const [code, meaning] of exitCodeMeanings) {
    expect(page).toMatch(new RegExp(`^\\| ${code} +\\| ${meaning} +\\|$`, 'm'))
  }
})
