import { listen } from '@mcp/node'

import { createFixture } from './fixture/create-fixture.ts'

/** Serves the fixture in a process of its own, and prints its URL. */
const { url } = await listen({ service: createFixture(), port: 0 })
console.log(url)
