import { expect, it } from 'vitest'

import { foldInteractions } from './fold-interactions.ts'

const required = (interactionId: string, message = 'Pay here.') => ({
  type: 'interaction-required',
  data: { interactionId, kind: 'elicitation', message },
})
const resolved = (interactionId: string) => ({
  type: 'interaction-resolved',
  data: { interactionId, action: 'accept' },
})
const idsAfter = (...notifications: readonly Parameters<typeof foldInteractions>[1][]) =>
  notifications.reduce(foldInteractions, []).map(({ interactionId }) => interactionId)

it.each([
  ['an interaction', [required('a')], ['a']],
  ['two', [required('a'), required('b')], ['a', 'b']],
  ['one of two that is resolved', [required('a'), required('b'), resolved('a')], ['b']],
  ['a repeated event', [required('a'), required('a')], ['a']],
  ['the resolution of an unknown one', [required('a'), resolved('b')], ['a']],
  ['another notification', [required('a'), { type: 'tea-is-ready', data: {} }], ['a']],
  ['the end of the session', [required('a'), { type: 'session-closed', data: {} }], []],
  ['an expiry', [required('a'), { type: 'session-expired', data: {} }], []],
  ['no id', [{ type: 'interaction-required', data: {} }], []],
])('follows %s', (_name, notifications, ids) => {
  expect(idsAfter(...notifications)).toEqual(ids)
})

it('keeps the list if nothing changes', () => {
  const waiting = foldInteractions([], required('a'))
  expect(foldInteractions(waiting, resolved('b'))).toBe(waiting)
})
