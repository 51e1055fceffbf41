import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { resourceTemplate, variablesParam } from './resource-shapes.ts'

const templateParam = () =>
  z.string().min(1).max(2048).describe('URI template of RFC 6570, such as memory:///hello/{name}.')

/** Operations on URI templates. */
export const templateOperations = {
  listTemplates: operation({
    title: 'List URI templates',
    description:
      'Lists the URI templates of resources that are readable but not listed individually.',
    params: () => z.object(listParams('template, name or description')),
    result: () => listResult(resourceTemplate()),
    hints: { readOnly: true },
    examples: [{ title: 'Which URI templates are there?', params: {} }],
  }),
  expand: operation({
    title: 'Expand a URI template',
    description: 'Fills in the variables of an RFC 6570 template and returns the URI.',
    params: () =>
      z.object({
        template: templateParam(),
        variables: variablesParam()
          .default({})
          .describe('Values by variable name: strings, lists of strings, or strings by key.'),
      }),
    result: () => z.object({ uri: z.string() }),
    hints: { readOnly: true },
    examples: [
      {
        title: 'Which URI does memory:///hello/{name} have for Ann Lee?',
        params: { template: 'memory:///hello/{name}', variables: { name: 'Ann Lee' } },
        result: { uri: 'memory:///hello/Ann%20Lee' },
      },
      {
        title: 'Expand a template with a list and a query',
        params: {
          template: 'https://docs.example.org{/path*}{?lang}',
          variables: { path: ['guide', 'start'], lang: 'en' },
        },
        result: { uri: 'https://docs.example.org/guide/start?lang=en' },
      },
    ],
  }),
  complete: operation({
    title: 'Complete a template variable',
    description: 'Suggests values for a variable of a listed template, by their prefix.',
    params: () =>
      z.object({
        template: templateParam(),
        variable: z.string().min(1).max(256).describe('Name of the variable.'),
        value: z.string().max(2048).default('').describe('The prefix typed so far.'),
        context: variablesParam().default({}).describe('Values of the other variables, if known.'),
      }),
    result: () => z.object({ values: z.array(z.string()).max(100), hasMore: z.boolean() }),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [
      {
        title: 'Which files begin with data/?',
        params: { template: 'file:///{+path}', variable: 'path', value: 'data/' },
        result: { values: ['data/cities.csv'], hasMore: false },
      },
      {
        title: 'Whom can memory:///hello/{name} greet?',
        params: { template: 'memory:///hello/{name}', variable: 'name', value: 'A' },
        result: { values: ['Ada', 'Ann'], hasMore: false },
        requires: 'the template memory:///hello/{name}',
      },
    ],
  }),
}
