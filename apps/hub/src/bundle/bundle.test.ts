import { utimesSync } from 'node:fs'
import { basename, join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { buildBundle } from './build-bundle.ts'
import { appFolder, readBundleState } from './bundle-manifest.ts'

beforeAll(buildBundle)
afterAll(buildBundle)

it('is current after it was built, and outdated after a source has changed', async () => {
  const built = readBundleState()
  expect(built).toMatchObject({ state: 'current' })
  utimesSync(join(appFolder, 'src/servers.ts'), new Date(), new Date())
  expect(readBundleState()).toEqual({ state: 'outdated' })
  await buildBundle()
  // The content is the same, so the hash in the name is the same.
  expect(readBundleState()).toEqual(built)
  expect(basename(built.state === 'current' ? built.entry : '')).toMatch(/^main-[A-Z0-9]{8}\.js$/)
})
