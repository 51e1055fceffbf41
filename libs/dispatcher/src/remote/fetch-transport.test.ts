import { describe } from 'vitest'

import { createFetchTransport } from './fetch-transport.ts'
import { itIsAnHttpTransport } from './http-transport.contract.ts'

describe('fetch transport', () => {
  itIsAnHttpTransport((url) => createFetchTransport(url))
})
