import { describe } from 'vitest'

import { itIsAnHttpTransport } from './http-transport.contract.ts'
import { createNodeTransport } from './node-transport.ts'

describe('undici transport', () => {
  itIsAnHttpTransport(createNodeTransport)
})
