import { expect, it } from 'vitest'

import { startCommand } from './fixtures/start-command.ts'

async function run(...parameters: readonly string[]) {
  return runWith({}, ...parameters)
}

async function runWith(environment: Record<string, string>, ...parameters: readonly string[]) {
  const command = startCommand(parameters, environment)
  const code = await command.exited
  return { code, output: command.lines.join('\n'), errors: command.errors() }
}

it.each([
  [['--help'], /mcp start .*\n.*mcp stdio .*\n.*mcp views /],
  [['stdio', '--help'], /--url <url>.*--view <name>.*MCP_TOKEN /s],
  [['start', '--help'], /SESSION_MANAGER_PORT/],
  [['views', '-h'], /the number of its tools.*MCP_VIEWS /s],
  [['--version'], /^\d+\.\d+\.\d+$/],
  [['stdio', '--version'], /^\d+\.\d+\.\d+$/],
] as const)('describes itself: %j', async (parameters, expected) => {
  const { code, output, errors } = await run(...parameters)
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  expect(output).toMatch(expected)
})

it.each([
  [['stdo'], 'mcp: Unknown command "stdo". Did you mean "stdio"? Try mcp --help.'],
  [['stdio', '--urls', 'x'], 'mcp stdio: Unknown option "--urls". Did you mean "--url"?'],
  [['stdio', '--url'], '"--url" needs a value.'],
  [['stdio', '--url', 'localhost'], '"localhost" is not an http or https URL.'],
  [['stdio', '--url', 'http://localhost', '--view', 'all'], '--view cannot be combined'],
  [['stdio', 'all'], 'Unexpected argument "all".'],
  [['views', '--all'], 'Unknown option "--all".'],
] as const)('refuses an invalid command line: %j', async (parameters, expected) => {
  const { code, output, errors } = await run(...parameters)
  expect({ code, output }).toEqual({ code: 2, output: '' })
  expect(errors).toContain(expected)
})

it('prints the views with their tools and tokens', async () => {
  const view = { name: 'numbers', servers: ['tools'], allow: ['calculator_add'] }
  const environment = { MCP_VIEWS: JSON.stringify([view]) }
  const { code, output } = await runWith(environment, 'views')
  expect(code).toBe(0)
  expect(output).toMatch(/^\(default\) +\/mcp +\d+ +[\d,]+$/m)
  expect(output).toMatch(/^numbers +\/mcp\/numbers +1 +\d+$/m)
  expect(output).toMatch(/^database +\/mcp\/database +\d+ +[\d,]+$/m)
})
