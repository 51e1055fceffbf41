import type { OperationDescription, ServerListing } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { addSteps, codeName, nameProblem } from './add-steps.ts'
import { findAdded } from './find-added.ts'

it.each(['currency', 'currency-rates', 'utf8'])('accepts the name %s', (name) => {
  expect(nameProblem(name)).toBeUndefined()
})

it.each(['Currency', 'currency_rates', '-a', 'a--b', '8bit', 'x'.repeat(41), 'a; rm -rf'])(
  'refuses the name %j',
  (name) => {
    expect(nameProblem(name)).toContain('lower-case letters')
  },
)

it.each(['tool', 'server'] as const)('names the commands for a %s', (kind) => {
  const commands = addSteps(kind, 'my-thing').flatMap(({ command = [] }) => command)
  expect(commands[0]).toBe(`npx nx g ${kind} my-thing`)
  expect(commands.at(-1)).toBe('npm start')
})

const operation = (type: string, name: string, target?: string): OperationDescription => ({
  type,
  targetKey: 'tool',
  ...(target !== undefined && { target }),
  operation: name,
  title: name,
  description: name,
  paramsSchema: {},
  targetRequired: false,
  resultSchema: {},
  hints: {
    readOnly: true,
    destructive: false,
    idempotent: true,
    openWorld: false,
    interactive: false,
  },
  audience: 'model',
  errors: [],
  examples: [],
})

function server(name: string, ...operations: readonly OperationDescription[]): ServerListing {
  const health = { state: 'healthy' } as const
  const routes: ServerListing['routes'] = []
  return { name, source: name, version: '1.0.0', routes, operations, notifications: {}, health }
}

it('finds a tool or a server in the catalogue', () => {
  expect(codeName('currency-rates-2')).toBe('currencyRates2')
  const convert = operation('tool-execution', 'convert', 'currencyRates')
  const forecast = operation('weather-request', 'forecast')
  const servers = [server('tools', convert), server('weather', forecast), server('late')]
  expect(findAdded(servers, 'tool', 'currency-rates')).toEqual({
    operations: 1,
    first: ['tools', 'currencyRates.convert'],
  })
  expect(findAdded(servers, 'server', 'weather')).toEqual({
    operations: 1,
    first: ['weather', 'forecast'],
  })
  expect(findAdded(servers, 'tool', 'weather')).toBeUndefined()
  // A server without operations has not described itself yet.
  expect(findAdded(servers, 'server', 'late')).toBeUndefined()
})
