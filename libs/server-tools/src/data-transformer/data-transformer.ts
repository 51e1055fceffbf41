import { defineTool } from '@mcp/server'

import { diff } from './diff.ts'
import { convert } from './formats/convert.ts'
import { aggregate } from './lists/aggregate.ts'
import { filter } from './lists/filter.ts'
import { group } from './lists/group.ts'
import { map } from './lists/map.ts'
import { sample } from './lists/sample.ts'
import { sort } from './lists/sort.ts'
import { flatten, unflatten } from './objects/flatten.ts'
import { merge } from './objects/merge.ts'
import { pick } from './objects/pick.ts'
import { query } from './query.ts'
import { inferSchema } from './schemas/infer-schema.ts'
import { validate } from './schemas/validate.ts'

/** The data transformer. The imported files declare its operations. */
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
