import { expect, it } from 'vitest'
import * as z from 'zod'

import * as entry from './settings.ts'

const schema = z.object(entry.resourcesSettings())
const read = (env: Readonly<Record<string, string>>) => schema.parse(env)

it('exports the public API', () => {
  expect(Object.keys(entry).toSorted()).toMatchInlineSnapshot(`
    [
      "resourcesSettings",
    ]
  `)
})

it('requires no variable', () => {
  expect(read({})).toEqual({ RESOURCES_URLS: [] })
})

it('parses folders with and without a name, writable or read-only', () => {
  const { RESOURCES_FOLDERS } = read({
    RESOURCES_FOLDERS: 'docs=./docs, notes=/srv/notes:rw,./more:ro',
  })
  expect(RESOURCES_FOLDERS).toEqual([
    { name: 'docs', folder: './docs', writable: false },
    { name: 'notes', folder: '/srv/notes', writable: true },
    { folder: './more', writable: false },
  ])
})

it('keeps the colon of a drive in the path', () => {
  const { RESOURCES_FOLDERS } = read({ RESOURCES_FOLDERS: 'docs=C:\\docs:rw' })
  expect(RESOURCES_FOLDERS).toEqual([{ name: 'docs', folder: 'C:\\docs', writable: true }])
})

it.each(['docs=', 'my docs=./docs', '=./docs', 'a=b=c', 'docs=./a,docs=./b', './a,./b'])(
  'rejects the folders %j',
  (RESOURCES_FOLDERS) => {
    const { error } = schema.safeParse({ RESOURCES_FOLDERS })
    expect(error?.issues[0]?.path).toEqual(['RESOURCES_FOLDERS'])
  },
)

it('parses URLs', () => {
  const { RESOURCES_URLS } = read({ RESOURCES_URLS: 'https://a.example/docs/, http://b.example/x' })
  expect(RESOURCES_URLS).toEqual(['https://a.example/docs/', 'http://b.example/x'])
})

it.each(['docs', 'ftp://a.example/', 'https://ann:secret@a.example/'])(
  'rejects the URL %j',
  (RESOURCES_URLS) => {
    const { error } = schema.safeParse({ RESOURCES_URLS })
    expect(error?.issues[0]?.path[0]).toBe('RESOURCES_URLS')
  },
)
