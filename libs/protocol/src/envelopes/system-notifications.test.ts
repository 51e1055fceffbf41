import { expect, it } from 'vitest'

import { isReservedType, systemNotifications } from './system-notifications.ts'

it.each(Object.values(systemNotifications))('reserves %s for the system', (type) => {
  expect(isReservedType(type, 'client')).toBe(true)
})

it.each(['session-anything', 'stream-anything', 'server-anything', 'interaction-anything'])(
  'reserves %s for future types',
  (type) => {
    expect(isReservedType(type, 'client')).toBe(true)
  },
)

it('lets servers report their own changes, and nothing else', () => {
  const allowed = Object.values(systemNotifications).filter(
    (type) => !isReservedType(type, 'server'),
  )
  expect(allowed).toEqual(['server-restarted', 'catalogue-changed'])
})

it.each(['note-added', 'responses', 'sessions', 'chunked', 'my-progress'])(
  'does not reserve %s',
  (type) => {
    expect(isReservedType(type, 'client')).toBe(false)
    expect(isReservedType(type, 'server')).toBe(false)
  },
)
