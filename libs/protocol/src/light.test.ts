import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

import * as api from './light.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'McpError',
    'createId',
    'createNotification',
    'createRequest',
    'createResponse',
    'defaultLimits',
    'defaultTimeoutMs',
    'didYouMean',
    'formatTimestamp',
    'isErrorBody',
    'isRecord',
    'keepsDigits',
    'maxTimeoutMs',
    'nearNames',
    'parseJson',
    'protocolVersion',
    'readResultName',
    'systemClock',
    'systemNotifications',
  ])
})

it('loads no zod', async () => {
  const program = `
    import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) { console.log(url); return next(url, context) } })
    await import(${JSON.stringify(resolve(import.meta.dirname, 'light.ts'))})`
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
  expect(stdout).toContain('mcp-error.ts')
  expect(stdout).not.toContain('zod')
})
