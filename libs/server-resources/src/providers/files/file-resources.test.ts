import { describe } from 'vitest'

import { createTemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { contractResources, itIsAResourceProvider } from '../resource-provider.contract.ts'
import { fileResources } from './file-resources.ts'

describe.each([
  { location: 'directly below file:///', name: undefined, base: 'file:///' },
  { location: 'below a name', name: 'docs', base: 'file:///docs/' },
])('files $location', ({ name, base }) => {
  itIsAResourceProvider(async () => {
    const folder = await createTemporaryFolder(contractResources)
    return {
      provider: fileResources({ folder: folder.path, name, writable: true }),
      base,
      cleanUp: () => folder.remove(),
    }
  })
})
