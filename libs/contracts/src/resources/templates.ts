import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { resourceTemplate, variablesParam } from './resource-shapes.ts'

const templateParam = () =>
  z
    .string()
    .min(1)
    .max(2048)
    .describe('The URI template, as in RFC 6570, such as memory:///hello/{name}.')

/** URIs with variables in them. */
export const templateOperations = {
  listTemplates: operation({
    title: 'List URI templates',
    description: 'Lists the templates whose URIs can be read though nothing lists them one by one.',
    params: () => z.object(listParams('template, name or description')),
    result: () => listResult(resourceTemplate()),
    hints: { readOnly: true },
    examples: [{ title: 'Which URI templates are there?', params: {} }],
  }),
  expand: operation({
    title: 'Expand a URI template',
    description: 'Fills the variables of an RFC 6570 template in, which gives a URI to read.',
    params: () =>
      z.object({
        template: templateParam(),
        variables: variablesParam()
          .default({})
          .describe('The values by name: texts, lists of texts, or texts by key.'),
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
    description: 'Offers values for a variable of a listed template that begin with what is there.',
    params: () =>
      z.object({
        template: templateParam(),
        variable: z.string().min(1).max(256).describe('The name of the variable.'),
        value: z.string().max(2048).default('').describe('What is typed so far.'),
        context: variablesParam().default({}).describe('The variables that have values already.'),
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
      },
    ],
  }),
}
