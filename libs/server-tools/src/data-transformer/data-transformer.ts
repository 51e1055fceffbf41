import { defineTool } from '@mcp/server'

/** Works on data. */
export const dataTransformer = defineTool({
  name: 'dataTransformer',
  title: 'Data transformer',
  description: 'Converts, queries, validates and reshapes data.',
  operations: {},
})
