import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { addToHistory, createHistoryCursor, readHistory } from './history.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-history-'))
  vi.stubEnv('XDG_STATE_HOME', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const file = () => join(folder, 'mcp', 'history')

it('keeps lines with several lines, the last one first, in a file of this user', () => {
  addToHistory('one')
  addToHistory('two\nlines "quoted"')
  expect(readHistory()).toEqual(['two\nlines "quoted"', 'one'])
  expect(statSync(file()).mode & 0o777).toBe(0o600)
})

it('keeps a repeated line once, and no blank or indented line', () => {
  for (const line of ['a', 'b', 'a', '  ', ' secret', 'x'.repeat(10_001)]) addToHistory(line)
  expect(readHistory()).toEqual(['a', 'b'])
})

it('is bounded in entries and in bytes', () => {
  const old = Array.from({ length: 1200 }, (_, index) => JSON.stringify(`line ${index}`))
  addToHistory('first')
  writeFileSync(file(), old.join('\n'))
  addToHistory('last')
  expect(readHistory()).toHaveLength(1000)
  expect(readHistory().slice(0, 2)).toEqual(['last', 'line 1199'])

  const long = Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(9000)}`)
  writeFileSync(file(), long.map((line) => JSON.stringify(line)).join('\n'))
  addToHistory('last')
  expect(readFileSync(file(), 'utf8').length).toBeLessThanOrEqual(512 * 1024)
  expect(readHistory().slice(0, 2)).toEqual(['last', long.at(-1)])
})

it('skips damaged entries', () => {
  addToHistory('good')
  writeFileSync(file(), `${readFileSync(file(), 'utf8')}{"no":\n[1]\n"also good"\n`)
  expect(readHistory()).toEqual(['also good', 'good'])
})

it('moves through the lines that begin with what was typed', () => {
  const cursor = createHistoryCursor(['select 2', 'ls', 'select 1'])
  expect(cursor.older('sel')).toBe('select 2')
  expect(cursor.older('select 2')).toBe('select 1')
  expect(cursor.older('select 1')).toBeUndefined()
  expect(cursor.newer()).toBe('select 2')
  expect(cursor.newer()).toBe('sel')
  expect(cursor.newer()).toBeUndefined()
})

it('moves through all lines from an empty one', () => {
  const cursor = createHistoryCursor(['b', 'a'])
  expect([cursor.newer(), cursor.older(''), cursor.older('b'), cursor.older('a')]).toEqual([
    undefined,
    'b',
    'a',
    undefined,
  ])
  expect([cursor.newer(), cursor.newer()]).toEqual(['b', ''])
})
