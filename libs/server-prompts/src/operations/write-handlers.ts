import { McpError } from '@mcp/protocol'
import type { JobOptions } from '@mcp/sandbox'
import type { PromptContent, prompts } from '@mcp/contracts/prompts'
import type { Handlers } from '@mcp/server'
import { checkMatch, invalidParam } from '@mcp/server'

import { findPrompt, latestOf, readVersion } from '../library/find-version.ts'
import type { Library } from '../library/library.ts'
import type { PromptSandbox } from '../sandbox/prompt-sandbox.ts'
import { validateContent } from './validate-content.ts'

type WriteHandlers = Pick<
  Handlers<typeof prompts>,
  'create' | 'update' | 'delete' | 'restore' | 'import'
>

export interface WriteHandlersOptions {
  readonly library: Library
  readonly sandbox: PromptSandbox
}

/** Creates the handlers that change prompts. Each change of the content adds a version. */
export function createWriteHandlers({ library, sandbox }: WriteHandlersOptions): WriteHandlers {
  async function create(name: string, content: PromptContent, message: string, caller: JobOptions) {
    const store = await library.open()
    const warnings = await validateContent(content, sandbox, caller)
    if (await library.addPrompt(name, content, message)) return { name, version: 1, warnings }
    const isDeleted = (await store.find(name))?.isDeleted === true
    throw new McpError(
      'conflict',
      isDeleted
        ? `A deleted prompt has the name "${name}". Restore and update it, or choose another name.`
        : `A prompt named "${name}" exists. Update it, or choose another name.`,
    )
  }

  return {
    create: ({ prompt, message, ...content }, context) => create(prompt, content, message, context),
    async update({ prompt, message, ifMatch, ...changes }, context) {
      await library.open()
      let warnings: string[] = []
      const version = await library.addVersion({
        name: prompt,
        message,
        ifMatch,
        signal: context.signal,
        async revise(readLatest) {
          const content = merge(await readLatest(), changes)
          warnings = await validateContent(content, sandbox, context)
          return content
        },
      })
      return { name: prompt, version, warnings }
    },
    async delete({ prompt, ifMatch }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const latest = latestOf(record)
      checkMatch(`The prompt "${prompt}"`, ifMatch?.toString(), latest.toString())
      await store.setDeleted(prompt, true)
      await library.publishChanges(prompt)
      return { name: prompt, latest }
    },
    async restore({ prompt, version, message }, { signal }) {
      const store = await library.open()
      // `store.find` also returns deleted prompts. `findPrompt` throws `not-found` for an unknown prompt.
      const record = (await store.find(prompt)) ?? (await findPrompt(store, prompt))
      if (version === undefined && !record.isDeleted) {
        throw invalidParam('version', `"${prompt}" is not deleted; send the version to restore`)
      }
      const source = version === undefined ? undefined : await readVersion(store, record, version)
      if (record.isDeleted) {
        await store.setDeleted(prompt, false)
        await library.publishChanges(prompt)
      }
      if (source === undefined) return { name: prompt, version: latestOf(record) }
      const restored = await library.addVersion({
        name: prompt,
        message: message ?? `Restored version ${source.version}`,
        signal,
        revise: async () => source.value.content,
      })
      return { name: prompt, version: restored }
    },
    async import({ prompt, format, text, onExisting, message }, context) {
      const store = await library.open()
      const document = await sandbox.decode({ format, text }, context)
      const name = prompt ?? document.name
      if (name === undefined) {
        throw invalidParam('prompt', 'the document contains no name; send the name of the prompt')
      }
      const exists = (await store.find(name))?.isDeleted === false
      if (!exists || onExisting === 'refuse') {
        const created = await create(name, document.content, message, context)
        return { ...created, warnings: [...document.warnings, ...created.warnings] }
      }
      const warnings = await validateContent(document.content, sandbox, context)
      const version = await library.addVersion({
        name,
        message,
        signal: context.signal,
        revise: async () => document.content,
      })
      return { name, version, warnings: [...document.warnings, ...warnings] }
    },
  }
}

type Changes = { readonly [Field in keyof PromptContent]?: PromptContent[Field] | undefined }

function merge(latest: PromptContent, changes: Changes): PromptContent {
  const defined = Object.entries(changes).filter(([, value]) => value !== undefined)
  return { ...latest, ...Object.fromEntries(defined) }
}
