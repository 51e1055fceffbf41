import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports these names', () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "alreadyExists",
      "compileGlob",
      "compileGlobs",
      "createLineReader",
      "createSafeFolder",
      "createStarterFolder",
      "dataFile",
      "fileChunks",
      "fileChunksBackwards",
      "fileError",
      "fileNotFound",
      "isMissing",
      "isSystemError",
      "isTemporaryName",
      "isUsableFolder",
      "isWithin",
      "joinPath",
      "leadingFragmentBytes",
      "literalPrefix",
      "lockEntries",
      "lstatEntry",
      "makeDirectories",
      "makeFolder",
      "makeFolderSync",
      "notAFile",
      "openFile",
      "parsePath",
      "pathEscape",
      "quotePath",
      "readEntries",
      "readRange",
      "refuseNameCollision",
      "removeTemporaryFiles",
      "requireDirectory",
      "requireRegularFile",
      "splitPath",
      "trailingFragmentBytes",
      "watchFolder",
      "withFile",
      "withFileErrors",
      "writeFileAtomically",
    ]
  `)
})
