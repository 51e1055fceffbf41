import { expect, it } from 'vitest'

import { refusalOf } from '../fixtures/workspace.ts'
import { fileError } from './file-error.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: no, open '/srv/secret/a.txt'`), { code })
}

it.each([
  ['ENOENT', 'not-found'],
  ['ENOTDIR', 'not-a-directory'],
  ['ENXIO', 'not-a-file'],
  ['ELOOP', 'path-escape'],
  ['ENAMETOOLONG', 'path-too-long'],
  ['EINVAL', 'invalid-path'],
  ['EILSEQ', 'invalid-path'],
  ['EXDEV', 'other-disk'],
  ['EEXIST', 'exists'],
  ['ENOTEMPTY', 'not-empty'],
  ['EBUSY', 'busy'],
  ['EACCES', 'system'],
  ['ENOSPC', 'disk-full'],
  ['EMFILE', 'unavailable'],
  ['EIO', 'disk-error'],
  ['ESTALE', 'disk-error'],
])('tells %s as %s, without the path of the machine', (code, refusal) => {
  const error = fileError(systemError(code), 'a.txt')
  expect(refusalOf({ error: { code: error.code, details: error.details } })).toBe(refusal)
  expect(error.message).not.toContain('/srv')
})
