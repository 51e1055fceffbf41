import { beforeAll, expect, it } from 'vitest'

import { expectDispatcher } from './calls.ts'
import { buildNextApp, startNextApp } from './next-app.ts'

beforeAll(buildNextApp, 150_000)

it('a dispatcher answers as a route of the Next.js app router', async () => {
  await using app = await startNextApp()
  await expectDispatcher(`${app.url}/ask`)
  expect(await (await fetch(app.url)).text()).toContain('A page of the app itself')
})
