import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'contentWords',
    'createLanguageModelProvider',
    'createOpenAiCompatibleProvider',
    'createProviders',
    'createToolSearch',
    'describeProvider',
    'discoverProviders',
    'freeToolName',
    'isEmptyWord',
    'propertiesOf',
    'providerNames',
    'readCallResults',
    'requiredOf',
    'runAgent',
    'searchTools',
    'splitArguments',
    'splitUserMessage',
    'toolName',
    'toolParameters',
    'userMessage',
    'wordForm',
  ])
})
