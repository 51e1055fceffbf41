import type { prompts } from '@mcp/contracts/prompts'
import type { Handlers } from '@mcp/server'

import { findPrompt, findVersion, latestOf, readVersion } from '../library/find-version.ts'
import type { Library } from '../library/library.ts'
import type { PromptSandbox } from '../sandbox/prompt-sandbox.ts'
import { withTitle } from './with-title.ts'

type ReadHandlers = Pick<Handlers<typeof prompts>, 'get' | 'diff' | 'export'>

export interface ReadHandlersOptions {
  readonly library: Library
  readonly sandbox: PromptSandbox
}

const fileTypes = {
  yaml: { extension: 'yaml', mimeType: 'application/yaml' },
  dotprompt: { extension: 'prompt', mimeType: 'text/x-dotprompt' },
  json: { extension: 'json', mimeType: 'application/json' },
} as const

/** Creates the handlers that return, compare and export versions. */
export function createReadHandlers({ library, sandbox }: ReadHandlersOptions): ReadHandlers {
  return {
    async get(request) {
      const { record, version, value } = await findVersion(await library.open(), request)
      const { name, labels } = record
      const { content, message, createdAt } = value
      return {
        ...withTitle(name, content),
        name,
        version,
        latest: latestOf(record),
        labels,
        message,
        ...(createdAt === undefined ? {} : { createdAt }),
      }
    },
    async diff({ prompt, from, to }, context) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const [before, after] = await Promise.all([
        readVersion(store, record, from),
        readVersion(store, record, to ?? latestOf(record)),
      ])
      const contents = { from: before.value.content, to: after.value.content }
      const { changed, patch } = await sandbox.compare(contents, context)
      return { from, to: after.version, changed, patch }
    },
    async export({ format, ...request }, context) {
      const { record, version, value } = await findVersion(await library.open(), request)
      const { extension, mimeType } = fileTypes[format]
      const { name } = record
      const text = await sandbox.encode({ format, document: { name, ...value } }, context)
      return { format, version, fileName: `${name}.${extension}`, mimeType, text }
    },
  }
}
