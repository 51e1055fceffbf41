import { resources } from '@mcp/contracts/resources'
import { itRunsItsExamples } from '@mcp/testing'

import { createExampleProviders } from './fixtures/example-providers.ts'
import { resourcesServer } from './resources-server.ts'

itRunsItsExamples(resources, async () => {
  const { providers, cleanUp } = await createExampleProviders()
  return { server: resourcesServer({ checkResults: true, providers }), cleanUp }
})
