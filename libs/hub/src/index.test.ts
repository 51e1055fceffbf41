import { expect, it } from 'vitest'

import * as app from './app.ts'
import * as api from './index.ts'
import * as settings from './settings.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api)).toEqual(['createHub'])
  expect(Object.keys(app)).toEqual(['readFolderDocuments', 'startHub'])
  expect(Object.keys(settings)).toEqual(['hubConfig', 'hubSocketPath'])
})
