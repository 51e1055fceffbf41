import type { OperationDescription } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { catalogue } from '../../fixtures/test-catalogue.ts'
import { agentTools } from './agent-tool.ts'
import { toolName } from './tool-name.ts'

function like(changes: Partial<OperationDescription> & { server?: string }): OperationDescription {
  const [add] = catalogue
  if (add === undefined) throw new Error('The fixture is empty.')
  const { target: _target, ...others } = add
  return { ...others, ...changes }
}

it.each([
  [{ target: 'calculator', operation: 'add' }, 'calculator_add'],
  [{ target: 'textProcessor', operation: 'toUpperCase' }, 'text_processor_to_upper_case'],
  [{ target: 'tools', operation: 'list' }, 'tools_list'],
  [{ type: 'database-operation', operation: 'listTables' }, 'database_list_tables'],
  [{ type: 'weather-forecast', operation: 'forecast' }, 'weather_forecast_forecast'],
  [{ type: 'weather-forecast', operation: 'forecast', server: 'weather' }, 'weather_forecast'],
  [{ target: 'HTTPServer', operation: 'getURL2' }, 'http_server_get_url2'],
])('names the operation %j %j', (changes, name) => {
  expect(toolName(like(changes))).toBe(name)
})

it('gives each operation a unique name of at most 64 characters', () => {
  const long = 'x'.repeat(80)
  const tools = agentTools([
    like({ type: 'a-b', operation: 'run', server: 'up', target: 'one' }),
    like({ type: 'a-b', operation: 'run', server: 'up', target: 'two' }),
    like({ type: 'a-b', operation: 'run', server: 'up', target: 'two' }),
    like({ target: long }),
    like({ target: long }),
    like({ target: 'search', operation: 'tools' }),
  ])
  const names = tools.map(({ name }) => name)
  expect(names.slice(0, 3)).toEqual(['up_run', 'up_two_run', 'up_run_2'])
  expect(new Set(names).size).toBe(names.length)
  expect(names.every((name) => /^[a-z0-9_]{1,64}$/.test(name))).toBe(true)
  expect(names).not.toContain('search_tools')
})
