import { readEnvironment } from '@mcp/node'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { furtherServerSettings, furtherServerUrls } from './further-servers.ts'

const servers = [
  { name: 'weather', port: 5008 },
  { name: 'currency-rates', port: 5009 },
]
const schema = z.object(furtherServerSettings(servers))

it('addresses further servers at the ports of their variables', () => {
  const env = { CURRENCY_RATES_SERVER_PORT: '6001' }
  expect(furtherServerUrls(servers, readEnvironment(schema, { env }))).toEqual([
    { name: 'weather', urls: ['http://127.0.0.1:5008'] },
    { name: 'currency-rates', urls: ['http://127.0.0.1:6001'] },
  ])
})

it('refuses an invalid port', () => {
  const env = { WEATHER_SERVER_PORT: 'x' }
  expect(() => readEnvironment(schema, { env })).toThrow('WEATHER_SERVER_PORT')
})
