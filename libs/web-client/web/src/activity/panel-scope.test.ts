import { expect, it } from 'vitest'

import { activityAddress, scopeOf } from './panel-scope.ts'

it.each([
  ['/chat', undefined, '/activity'],
  ['/chat/con-1', 'this conversation', '/activity?conversation=con-1'],
  ['/console', undefined, '/activity'],
  ['/console/tools', 'tools', '/activity?filter=server%3Atools'],
  [
    '/console/tools/calculator.add',
    'calculator.add',
    '/activity?filter=server%3Atools+operation%3Acalculator.add',
  ],
  ['/database/main', 'the database', '/activity?filter=server%3Adatabase'],
  ['/files', 'files and resources', '/activity?filter=server%3Aroots%2Cresources'],
  ['/console/100%', '100%', '/activity?filter=server%3A100%25'],
  ['/servers/models', undefined, '/activity'],
])('shows beside %s: %s', (address, title, link) => {
  const scope = scopeOf(address)
  expect(scope.title).toBe(title)
  expect(activityAddress(scope)).toBe(link)
})
