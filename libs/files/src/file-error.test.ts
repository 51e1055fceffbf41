import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { fileError, isMissing, withFileErrors } from './file-error.ts'

const subject = { label: '"a.txt"' }

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: no, open '/srv/secret/a.txt'`), { code })
}

it.each([
  ['ENOENT', 'not-found', undefined, false],
  ['ENOTDIR', 'invalid-params', 'not-a-directory', false],
  ['EISDIR', 'invalid-params', 'not-a-file', false],
  ['ENXIO', 'invalid-params', 'not-a-file', false],
  ['ELOOP', 'forbidden', 'path-escape', false],
  ['ENAMETOOLONG', 'invalid-params', 'path-too-long', false],
  ['EINVAL', 'invalid-params', 'invalid-path', false],
  ['EILSEQ', 'invalid-params', 'invalid-path', false],
  ['EXDEV', 'invalid-params', 'other-disk', false],
  ['EEXIST', 'conflict', 'exists', false],
  ['ENOTEMPTY', 'conflict', 'not-empty', false],
  ['EBUSY', 'conflict', 'busy', false],
  ['EACCES', 'forbidden', 'no-permission', false],
  ['EROFS', 'forbidden', 'no-permission', false],
  ['EFBIG', 'payload-too-large', 'file-too-large', false],
  ['ENOSPC', 'unavailable', 'disk-full', false],
  ['EDQUOT', 'unavailable', 'disk-full', false],
  ['EMFILE', 'unavailable', 'too-many-open-files', true],
  ['ENFILE', 'unavailable', 'too-many-open-files', true],
  ['EIO', 'unavailable', 'disk-error', true],
  ['ESTALE', 'unavailable', 'disk-error', true],
  ['EUNKNOWN', 'internal', undefined, false],
])('maps %s to %s, reason %s, retryable %s, without the path', (code, expected, reason, retry) => {
  const error = fileError(systemError(code), subject)
  expect([error.code, error.details?.['reason'], error.retryable]).toEqual([
    expected,
    reason,
    retry,
  ])
  expect(JSON.stringify(error.toBody())).not.toContain('/srv')
})

it('adds the path of the parameter to the details', () => {
  const { details } = fileError(systemError('ENOTDIR'), { ...subject, param: 'to' })
  expect(details).toMatchObject({
    path: ['params', 'to'],
    issues: [{ path: ['payload', 'params', 'to'] }],
  })
})

it('leaves errors that are not from the system unchanged', async () => {
  const own = new McpError('conflict', 'Changed.')
  expect(fileError(own, subject)).toBe(own)
  const other = new TypeError('no system call')
  await expect(withFileErrors(subject, () => Promise.reject(other))).rejects.toBe(other)
  await expect(
    withFileErrors(subject, () => Promise.reject(systemError('ENOENT'))),
  ).rejects.toMatchObject({ code: 'not-found', message: '"a.txt" does not exist.' })
})

it('recognizes errors of missing files', () => {
  expect(['ENOENT', 'ENOTDIR', 'EIO'].map((code) => isMissing(systemError(code)))).toEqual([
    true,
    true,
    false,
  ])
})
