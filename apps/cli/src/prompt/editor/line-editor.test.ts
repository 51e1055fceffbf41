import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

import { afterEach, expect, it, vi } from 'vitest'

import type { Completion } from '../completion/complete-line.ts'
import type { Keyboard } from './keyboard.ts'
import { createKeyboard } from './keyboard.ts'
import type { ReadLineOptions } from './line-editor.ts'
import { readLine } from './line-editor.ts'

let keyboard: Keyboard | undefined
afterEach(() => keyboard?.close())

function start(options: Partial<ReadLineOptions> = {}) {
  const input = Object.assign(new PassThrough(), { modes: [] as boolean[], setRawMode })
  function setRawMode(isRaw: boolean): void {
    input.modes.push(isRaw)
  }
  let written = ''
  const output = Object.assign(new PassThrough(), { columns: 40, rows: 10 })
  output.on('data', (chunk) => (written += String(chunk)))
  const keys = createKeyboard(input, output)
  keyboard = keys
  const terminal = { keyboard: keys, output, hasColor: false }
  const read = (more: Partial<ReadLineOptions> = {}) =>
    readLine(terminal, { sign: '> ', signal: new AbortController().signal, ...options, ...more })
  return {
    input,
    keyboard: keys,
    read,
    type: (text: string) => void input.write(text),
    shown: () => stripVTControlCharacters(written),
    written: () => written,
  }
}

it.each([
  ['a line', 'select 1\r', 'select 1'],
  ['a line after a trailing backslash', 'a\\\rb\r', 'a\nb'],
  ['an open bracket', 'a:=[1,\r2]\r', 'a:=[1,\n2]'],
  ['an open quote, ended by an empty line', 'say "a\r\r', 'say "a\n'],
  ['Ctrl-J', 'a\nb\r', 'a\nb'],
  ['edits', 'ac\u001b[Db\u0001x\r', 'xabc'],
  ['a pasted text with several lines', '\u001b[200~a\r\nb\tc\r\u001b[201~d\r', 'a\nb\tcd'],
  ['control characters in a pasted text', '\u001b[200~a\u0007\u001b[31mb\u001b[201~\r', 'ab'],
  ['Ctrl-C in a line, then another line', 'abc\u0003d\r', 'd'],
  ['Ctrl-D within a line', 'abc\u0001\u0004\r', 'bc'],
])('reads %s', async (_name, typed, expected) => {
  const { read, type } = start()
  const line = read()
  type(typed)
  expect(await line).toEqual({ kind: 'line', text: expected })
})

it.each([
  ['Ctrl-C', '\u0003', 'interrupt'],
  ['Ctrl-D', '\u0004', 'end'],
])('ends with %s in an empty line', async (_name, typed, kind) => {
  const { read, type } = start()
  const line = read()
  type(typed)
  expect(await line).toEqual({ kind })
})

it('ends when its signal is aborted', async () => {
  const { read } = start()
  const stop = new AbortController()
  const line = read({ signal: stop.signal })
  stop.abort()
  expect(await line).toEqual({ kind: 'interrupt' })
  expect(await read({ signal: stop.signal })).toEqual({ kind: 'interrupt' })
})

it('keeps lines that were typed ahead, for one line each', async () => {
  const { read, type, keyboard: keys, shown } = start()
  const received: (string | undefined)[] = []
  const release = keys.listen(({ text }) => {
    if (text === 'y') received.push(text)
    return text === 'y'
  })
  type('ab\ryc\r')
  await vi.waitFor(() => expect(received).toEqual(['y']))
  release()
  expect(await read()).toEqual({ kind: 'line', text: 'ab' })
  expect(await read()).toEqual({ kind: 'line', text: 'c' })
  expect(shown()).toContain('> ab')
})

it('moves through the history, and searches it with Ctrl-R', async () => {
  const { read, type } = start({ history: ['select 2', 'ls\n-l', 'select 1'] })
  const enter = async (typed: string) => {
    const line = read()
    type(typed)
    return line
  }
  const up = '\u001b[A'
  const down = '\u001b[B'
  expect(await enter(`${up}\r`)).toMatchObject({ text: 'select 2' })
  expect(await enter(`sel${up}${up}\r`)).toMatchObject({ text: 'select 1' })
  expect(await enter(`x${up}${down}\r`)).toMatchObject({ text: 'x' })
  expect(await enter(`${up}${up}${up}${up}\r`)).toMatchObject({ text: 'select 1' })
  expect(await enter('-l\u0012\r')).toMatchObject({ text: 'ls\n-l' })
})

it('completes with Tab: one candidate, the common part of several, and shows them', async () => {
  const complete = async (text: string) => ({
    from: 0,
    candidates: ['tools.add ', 'tools.addAll ', 'roots.list '].filter((each) =>
      each.startsWith(text),
    ),
  })
  const { read, type, shown } = start({ complete })
  const line = read()
  type('t\t')
  await vi.waitFor(() => expect(shown()).toMatch(/> tools\.add\r\nadd {5}addAll/))
  type('A\t')
  await vi.waitFor(() => expect(shown()).toContain('tools.addAll '))
  type('\r')
  expect(await line).toEqual({ kind: 'line', text: 'tools.addAll ' })
})

it('ignores a completion that fails, and one for a line that has changed', async () => {
  const pending = Promise.withResolvers<Completion>()
  const complete = vi.fn<(text: string) => Promise<Completion>>(async (text) => {
    if (text === 'a') throw new Error('unreachable')
    return pending.promise
  })
  const { read, type } = start({ complete })
  const line = read()
  type('a\tb\tc')
  await vi.waitFor(() => expect(complete).toHaveBeenCalledTimes(2))
  pending.resolve({ from: 0, candidates: ['abx'] })
  await pending.promise
  type('\r')
  expect(await line).toEqual({ kind: 'line', text: 'abc' })
})

it('restores the terminal', () => {
  const { input, keyboard: keys, written } = start()
  keys.close()
  expect(input.modes).toEqual([true, false])
  expect(written()).toBe('\u001b[?2004h\u001b[?2004l')
})
