import { createTree } from '@nx/devkit/testing'
import { expect, it } from 'vitest'

import serverGenerator from './server/server-generator.ts'
import toolGenerator from './tool/tool-generator.ts'

const builtinTools = 'libs/server-tools/src/builtin-tools.ts'

it.each(['tools', 'calculator', 'text-processor', 'delete'])(
  'refuses the tool %s before it writes a file',
  (name) => {
    const tree = createTree()
    tree.write(builtinTools, 'export const builtinTools = [calculator, textProcessor] as const\n')
    const before = tree.listChanges().length
    expect(() => toolGenerator(tree, { name })).toThrow(/is in use|is a reserved word/)
    expect(tree.listChanges()).toHaveLength(before)
  },
)

it.each(['request', 'close', 'constructor', 'create', 'new'])(
  'refuses the server %s before it writes a file',
  (name) => {
    const tree = createTree()
    const before = tree.listChanges().length
    expect(() => serverGenerator(tree, { name })).toThrow(/is in use|is a reserved word/)
    expect(tree.listChanges()).toHaveLength(before)
  },
)
