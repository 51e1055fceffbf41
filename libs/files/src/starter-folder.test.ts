import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { createStarterFolder } from './make-folder.ts'

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'starter-'))
})
afterEach(() => rmSync(parent, { recursive: true }))

const files = { 'notes/todo.md': '- buy milk\n', 'a.txt': 'a' }

it('creates a missing folder with its files, once', () => {
  const folder = join(parent, 'data', 'workspace')
  expect(createStarterFolder(folder, files)).toBe(true)
  expect(readFileSync(join(folder, 'notes/todo.md'), 'utf8')).toBe('- buy milk\n')
  rmSync(join(folder, 'a.txt'))
  expect(createStarterFolder(folder, files)).toBe(false)
  expect(readdirSync(folder)).toEqual(['notes'])
  expect(readdirSync(join(parent, 'data'))).toEqual(['workspace'])
})

it('does not change a folder that exists, even if it is empty', () => {
  mkdirSync(join(parent, 'empty'))
  expect(createStarterFolder(join(parent, 'empty'), files)).toBe(false)
  expect(readdirSync(join(parent, 'empty'))).toEqual([])
})

it('leaves nothing behind if a file cannot be written', () => {
  expect(() => createStarterFolder(join(parent, 'new'), { a: '', 'a/b': '' })).toThrow(
    /EEXIST|ENOTDIR/,
  )
  expect(readdirSync(parent)).toEqual([])
})
