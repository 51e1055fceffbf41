import { defineTool } from '@mcp/server'

import { convert } from './convert.ts'
import { diff } from './diff.ts'
import { filter } from './filter.ts'
import { flatten, unflatten } from './flatten.ts'
import { aggregate, group } from './group.ts'
import { inferSchema } from './infer-schema.ts'
import { merge } from './merge.ts'
import { query } from './query.ts'
import { map, pick } from './reshape.ts'
import { sample } from './sample.ts'
import { sort } from './sort.ts'
import { validate } from './validate.ts'

/** Works on data: formats, queries, schemas, and the shape of lists and objects. */
export const dataTransformer = defineTool({
  name: 'dataTransformer',
  title: 'Data transformer',
  description:
    'Converts JSON, NDJSON, CSV, YAML, XML and TOML; queries, validates, groups and reshapes data.',
  operations: {
    convert,
    query,
    validate,
    inferSchema,
    filter,
    sort,
    group,
    aggregate,
    map,
    flatten,
    unflatten,
    merge,
    pick,
    diff,
    sample,
  },
})
