import { expect, it } from 'vitest'
import * as z from 'zod'

import { rootsSettings } from './settings.ts'

const schema = z.object(rootsSettings())
const read = (text: string) => schema.parse({ ROOTS: text }).ROOTS

it('does not require a variable', () => {
  expect(schema.parse({}).ROOTS).toBeUndefined()
})

it('reads a list of folders, read-only by default', () => {
  expect(read('docs=./docs, work=/srv/work:rw,tmp=/srv/tmp:rwd,old=C:\\old:ro,x=/a=b:c')).toEqual([
    { name: 'docs', path: './docs', permissions: ['read'] },
    { name: 'work', path: '/srv/work', permissions: ['read', 'write'] },
    { name: 'tmp', path: '/srv/tmp', permissions: ['read', 'write', 'delete'] },
    { name: 'old', path: 'C:\\old', permissions: ['read'] },
    { name: 'x', path: '/a=b:c', permissions: ['read'] },
  ])
})

it('reads JSON with all options of a root', () => {
  const roots = [
    {
      name: 'work',
      path: '/srv/a, b',
      permissions: ['read', 'write'],
      include: ['**/*.md'],
      exclude: ['.git'],
      quotaBytes: 1_000_000,
      hardLinks: 'refuse',
      create: true,
    },
  ]
  expect(read(JSON.stringify(roots))).toEqual(roots)
})

it.each([
  ['/srv/docs', 'must look like name=path'],
  ['docs=', 'must look like name=path'],
  ['a b=/srv', 'a name consists of letters'],
  ['home=~/docs', 'write the full path'],
  ['a=/srv/a,a=/srv/b', 'contains two roots with the same name'],
  ['[{"name": "a"', 'starts like a JSON array but is not valid JSON'],
  ['[{"name": "a", "path": "/srv", "permission": ["read"]}]', 'permission'],
  ['[{"name": "a", "path": "/srv", "permissions": ["execute"]}]', 'read'],
  ['[{"name": "a"}]', 'expected string'],
])('rejects %s: %s', (text, why) => {
  expect(() => read(text)).toThrow(why)
})
