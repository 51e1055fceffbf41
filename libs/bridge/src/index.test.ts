import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'countTokens',
    'createCatalogue',
    'createCatalogueCache',
    'createMcpService',
    'customViewsSchema',
    'defaultBudget',
    'formatViews',
    'hubIdentity',
    'mountMcp',
    'parseResultUri',
    'resultUri',
  ])
})
