import { expect, it } from 'vitest'
import * as z from 'zod'

import { readEnvironment } from '../environment/read-environment.ts'
import { resourcesSettings } from './resources.ts'

const schema = z.object(resourcesSettings())
const read = (env: Readonly<Record<string, string>>) => readEnvironment(schema, { env })

it('needs no variable', () => {
  expect(read({})).toEqual({ RESOURCES_FOLDERS: undefined, RESOURCES_URLS: [] })
})

it('reads folders with and without a name, writable where it says so', () => {
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
  'refuses the folders %j with a message that names the variable',
  (RESOURCES_FOLDERS) => {
    expect(() => read({ RESOURCES_FOLDERS })).toThrow('RESOURCES_FOLDERS is "')
  },
)

it('reads web addresses', () => {
  const { RESOURCES_URLS } = read({ RESOURCES_URLS: 'https://a.example/docs/, http://b.example/x' })
  expect(RESOURCES_URLS).toEqual(['https://a.example/docs/', 'http://b.example/x'])
})

it.each(['docs', 'ftp://a.example/', 'https://ann:secret@a.example/'])(
  'refuses the address %j',
  (RESOURCES_URLS) => {
    expect(() => read({ RESOURCES_URLS })).toThrow('RESOURCES_URLS is "')
  },
)
