import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chunk, closeCompletionsServers, streamOf } from '@mcp/llm/testing'
import type { Respond } from '@mcp/llm/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { ClientApp } from '../fixtures/client-app.ts'
import { startClientApp } from '../fixtures/client-app.ts'
import { startModel } from '../fixtures/model.ts'
import type { Tmux } from '../fixtures/tmux.ts'
import { isTmuxMissing, startTmux } from '../fixtures/tmux.ts'

/** Prints the exit code of the command before it. */
const thenCode = '; echo "code=$?"'
/** The prompt waits for a line, which is empty. */
const idle = /\n›$/

describe.skipIf(isTmuxMissing())('a prompt in tmux', { timeout: 120_000 }, () => {
  let stack: AsyncDisposableStack
  let folder: string
  beforeEach(() => {
    stack = new AsyncDisposableStack()
    folder = mkdtempSync(join(tmpdir(), 'mcp-prompt-'))
    stack.defer(() => rmSync(folder, { recursive: true, force: true }))
    stack.defer(closeCompletionsServers)
  })
  afterEach(() => stack.disposeAsync())

  async function startHub(...responses: readonly Respond[]): Promise<ClientApp> {
    const llm = responses.length === 0 ? undefined : await startModel(responses)
    const permissions = ['read', 'write'] as const
    const roots = { roots: [{ name: 'workspace', path: folder, permissions }] }
    const internet = { allowedHosts: ['127.0.0.1'] }
    return stack.use(await startClientApp({ llm, roots, internet }))
  }

  /** Opens a window with a shell. */
  async function open({ url, state }: ClientApp): Promise<Tmux> {
    return stack.use(await startTmux({ MCP_URL: url, XDG_STATE_HOME: state }))
  }

  /** Opens a window with a prompt. */
  async function openPrompt(app: ClientApp): Promise<Tmux> {
    const tmux = await open(app)
    await enter(tmux, `mcp${thenCode}`)
    await tmux.waitFor(idle)
    return tmux
  }

  async function enter(tmux: Tmux, text: string): Promise<void> {
    await tmux.type(text)
    await tmux.press('Enter')
  }

  /** Waits for the end of the command, and returns its exit code. */
  async function exitCode(tmux: Tmux): Promise<number> {
    await tmux.waitFor(/^code=\d+$/m)
    return Number(/^code=(\d+)$/m.exec(await tmux.screen())?.[1])
  }

  const write = (path: string) => `roots.writeFile root=workspace path=${path} content=text`

  it('runs direct forms and commands in one conversation, and ends with Ctrl-D', async () => {
    const app = await startHub()
    const tmux = await openPrompt(app)
    await enter(tmux, '6 * 7')
    await tmux.waitFor(/value: 42[\s\S]*\n›$/)
    await enter(tmux, 'tools.calculator.add a=2 b=3')
    await tmux.waitFor(/\n5\n\n›$/)
    await enter(tmux, '/describe tools.calculator.add')
    await tmux.waitFor(/Example:[\s\S]*\n›$/)
    await enter(tmux, '/servrs')
    await tmux.waitFor('Did you mean "/servers"?')
    await enter(tmux, '/call tools.calculator.divide a=1 b=0')
    await tmux.waitFor(/mcp call: .*zero/i)
    await enter(tmux, '/conversation')
    await tmux.waitFor(/Conversation [\w-]+: 6 \* 7/)
    await tmux.press('C-d')
    expect(await exitCode(tmux)).toBe(0)
  })

  it('keeps the history over two starts, in a file of this user', async () => {
    const app = await startHub()
    const first = await openPrompt(app)
    await enter(first, '1 + 1')
    await first.waitFor(/value: 2[\s\S]*\n›$/)
    await enter(first, ' 2 + 2')
    await first.waitFor(/value: 4[\s\S]*\n›$/)
    await enter(first, '/quit')
    expect(await exitCode(first)).toBe(0)
    const history = join(app.state, 'mcp', 'history')
    expect(statSync(history).mode & 0o777).toBe(0o600)
    expect(readFileSync(history, 'utf8')).toBe('"1 + 1"\n"/quit"\n')

    const second = await openPrompt(app)
    await second.press('Up', 'Up')
    await second.waitFor(/\n› 1 \+ 1$/)
    await second.press('Enter')
    await second.waitFor(/value: 2[\s\S]*\n›$/)
  })

  it('completes commands, operations, arguments, roots and paths with Tab', async () => {
    mkdirSync(join(folder, 'notes'))
    writeFileSync(join(folder, 'notes', 'todo.md'), 'buy milk')
    const tmux = await openPrompt(await startHub())
    const complete = async (typed: string, shown: string) => {
      await tmux.type(typed)
      await tmux.press('Tab')
      await tmux.waitFor(shown)
    }
    await complete('/desc', '› /describe')
    await complete('tools.calculator.', 'add ')
    await tmux.waitFor(/\nadd .*multiply/)
    await tmux.press('C-c')
    await tmux.waitFor(idle)
    await complete('roots.readF', '› roots.readFile')
    await complete('ro', 'roots.readFile root=')
    await complete('w', 'root=workspace')
    await complete('pa', 'root=workspace path=')
    await complete('no', 'path=notes/')
    await complete('t', 'path=notes/todo.md')
    await tmux.press('Enter')
    await tmux.waitFor('buy milk')
    expect(await tmux.screen()).toContain('› roots.readFile root=workspace path=notes/todo.md\n')
  })

  it('takes several lines: a backslash, an open bracket, and pasted lines', async () => {
    const tmux = await openPrompt(await startHub())
    await enter(tmux, '1 + \\')
    await tmux.waitFor(/\n› 1 \+ *\n*$/)
    await enter(tmux, '2')
    await tmux.waitFor(/value: 3[\s\S]*\n›$/)
    await enter(tmux, 'tools.calculator.statistics values:=[1,')
    await enter(tmux, '2, 6]')
    await tmux.waitFor(/mean: 3[\s\S]*\n›$/)
    await tmux.paste('tools.textProcessor.count text="one\ntwo\nthree"\n')
    await tmux.waitFor(/\n› tools.*"one\n {2}two\n {2}three"$/)
    await tmux.press('Enter')
    await tmux.waitFor(/words: 3[\s\S]*\n›$/)
    expect(await tmux.screen()).not.toMatch(/unknown|invalid/i)
  })

  it('requires approval: y, n, a, and edited arguments', async () => {
    const tmux = await openPrompt(await startHub())
    await enter(tmux, write('no.md'))
    await tmux.waitFor(/Allow\?.*:$/)
    await tmux.press('x', 'n')
    await tmux.waitFor(/was denied[\s\S]*\n›$/)
    await enter(tmux, write('yes.md'))
    await tmux.waitFor(/Allow\?.*:$/)
    await tmux.press('y')
    await tmux.waitFor(/created: true[\s\S]*\n›$/)
    await enter(tmux, write('edit.md'))
    await tmux.waitFor(/Allow\?.*:$/)
    await tmux.press('e')
    await tmux.waitFor(/"path": "edit.md"[\s\S]*Allow\?[\s\S]*"path": "edit.md"[\s\S]*}$/)
    await tmux.press('Up', 'Up', 'End', 'BSpace', 'BSpace')
    await tmux.type('ed",')
    await tmux.waitFor('"path": "edit.mded",')
    await tmux.press('Down', 'Down', 'End', 'Enter')
    await tmux.waitFor(/path: edit.mded[\s\S]*\n›$/)
    await enter(tmux, write('a.md'))
    await tmux.waitFor(/Allow\?.*:$/)
    await tmux.press('a')
    await tmux.waitFor(/path: a.md[\s\S]*\n›$/)
    await enter(tmux, write('b.md'))
    await tmux.waitFor(/path: b.md[\s\S]*\n›$/)
    expect(() => statSync(join(folder, 'no.md'))).toThrow('ENOENT')
    expect(readFileSync(join(folder, 'edit.mded'), 'utf8')).toBe('text')
  })

  it('stops an answer with Ctrl-C, takes the next line, and leaves after two', async () => {
    const silent: Respond = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify(chunk({ content: 'Once upon' }))}\n\n`)
    }
    const tmux = await openPrompt(
      await startHub(silent, streamOf(chunk({ content: 'The end.' }), chunk({}, 'stop')), silent),
    )
    await enter(tmux, 'A story')
    await tmux.waitFor('Once upon')
    await tmux.press('C-c')
    await tmux.waitFor(/Stopped\.\n\n›$/)
    await enter(tmux, 'Go on')
    await tmux.waitFor(/The end\.\n\n›$/)
    await enter(tmux, 'More')
    await tmux.waitFor(/The end\.[\s\S]*Once upon$/)
    await tmux.press('C-c', 'C-c')
    expect(await exitCode(tmux)).toBe(130)
  })

  it('stops a call with Ctrl-C', async () => {
    const page = createServer(() => {})
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
    stack.defer(() => {
      page.closeAllConnections()
      page.close()
    })
    const address = page.address()
    const port = typeof address === 'object' ? address?.port : 0
    const requested = new Promise((resolve) => page.once('request', resolve))
    const tmux = await openPrompt(await startHub())
    await enter(tmux, `fetch http://127.0.0.1:${port}/`)
    await tmux.waitFor(/Allow\?.*:$/)
    await tmux.press('y')
    await requested
    await tmux.press('C-c')
    await tmux.waitFor(/Stopped\.\n\n›$/)
    await enter(tmux, '1 + 1')
    await tmux.waitFor(/value: 2[\s\S]*\n›$/)
    await tmux.press('C-d')
    expect(await exitCode(tmux)).toBe(0)
  })

  it('has the exit codes of commands, and accepts a pipe that is closed early', async () => {
    const app = await startHub()
    const codes: readonly (readonly [string, number])[] = [
      ["mcp ask '1 + 1'", 0],
      ['echo "1 + 1" | mcp', 0],
      ['mcp </dev/null', 2],
      ['mcp --nothing', 2],
      ['mcp call tools.calculator.ad a=1', 2],
      ['mcp call resources.read resource=memory:///none', 5],
      [`mcp ask '/${write('x.md')}' </dev/null`, 6],
      ['mcp servers --url http://127.0.0.1:9', 4],
      ['mcp --url http://127.0.0.1:9', 4],
      ['mcp doctor --timeout 0.001', 124],
    ]
    const tmux = await open(app)
    for (const [index, [line, code]] of codes.entries()) {
      await enter(tmux, `${line}; echo "code ${index} is $?"`)
      await tmux.waitFor(new RegExp(`^code ${index} is \\d+$`, 'm'))
      expect(await tmux.screen()).toContain(`code ${index} is ${code}\n`)
    }
    await enter(tmux, '{ mcp operations; echo "code=$?" >&2; } | head -n 1')
    expect(await exitCode(tmux)).toBe(0)
  })
})
