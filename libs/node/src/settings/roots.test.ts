import { expect, it } from 'vitest'
import * as z from 'zod'

import { readEnvironment } from '../environment/read-environment.ts'
import { rootsSettings } from './roots.ts'

const schema = z.object(rootsSettings())
const read = (text: string) => readEnvironment(schema, { env: { ROOTS: text } }).ROOTS

it('needs no variable', () => {
  expect(read('')).toBeUndefined()
})

it('reads a list of folders, only to be read unless it says more', () => {
  expect(read('docs=./docs, work=/srv/work:rw,tmp=/srv/tmp:rwd,old=C:\\old:ro,x=/a=b:c')).toEqual([
    { name: 'docs', path: './docs', permissions: ['read'] },
    { name: 'work', path: '/srv/work', permissions: ['read', 'write'] },
    { name: 'tmp', path: '/srv/tmp', permissions: ['read', 'write', 'delete'] },
    { name: 'old', path: 'C:\\old', permissions: ['read'] },
    { name: 'x', path: '/a=b:c', permissions: ['read'] },
  ])
})

it('reads JSON with all there is to say of a root', () => {
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
  ['a b=/srv', 'a name has letters'],
  ['home=~/docs', 'write the whole path'],
  ['a=/srv/a,a=/srv/b', 'gives two roots one name'],
  ['[{"name": "a"', 'begins like a JSON list and is none'],
  ['[{"name": "a", "path": "/srv", "permission": ["read"]}]', 'permission'],
  ['[{"name": "a", "path": "/srv", "permissions": ["execute"]}]', 'read'],
  ['[{"name": "a"}]', 'expected string'],
])('refuses %s and says why', (text, why) => {
  expect(() => read(text)).toThrow(why)
})
