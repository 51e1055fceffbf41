import { McpError } from '@mcp/protocol'
import type { PromptContent, prompts } from '@mcp/contracts/prompts'
import type { Handlers } from '@mcp/server'
import { checkMatch, invalidParam, notFound } from '@mcp/server'

import { acceptContent } from './validate-content.ts'
import type { Evaluator } from '../sandbox/prompt-sandbox.ts'
import { findPrompt, labelOf, latestOf, readVersion } from '../library/find-version.ts'
import type { Library } from '../library/library.ts'

type WritingHandlers = Pick<
  Handlers<typeof prompts>,
  'create' | 'update' | 'setLabel' | 'removeLabel' | 'delete' | 'restore' | 'import'
>

export interface WritingOptions {
  readonly library: Library
  readonly evaluator: Evaluator
}

/** The operations that change something. None of them changes a version. */
export function createWritingHandlers({ library, evaluator }: WritingOptions): WritingHandlers {
  async function create(
    name: string,
    content: PromptContent,
    message: string,
    signal: AbortSignal,
  ) {
    const store = await library.open()
    const warnings = await acceptContent(content, evaluator, signal)
    if (await library.addPrompt(name, content, message)) return { name, version: 1, warnings }
    const isDeleted = (await store.find(name))?.isDeleted === true
    throw new McpError(
      'conflict',
      isDeleted
        ? `The name "${name}" belongs to a prompt that was deleted; restore it and update it, or choose another name.`
        : `There is a prompt named "${name}" already; update it, or choose another name.`,
    )
  }

  return {
    create: ({ prompt, message, ...content }, { signal }) =>
      create(prompt, content, message, signal),
    async update({ prompt, message, ifMatch, ...changes }, { signal }) {
      await library.open()
      let warnings: string[] = []
      const version = await library.addVersion({
        name: prompt,
        message,
        ifMatch,
        signal,
        async revise(newest) {
          const content = merge(await newest(), changes)
          warnings = await acceptContent(content, evaluator, signal)
          return content
        },
      })
      return { name: prompt, version, warnings }
    },
    async setLabel({ prompt, label, version }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const on = version ?? latestOf(record)
      await readVersion(store, record, on)
      const previous = labelOf(record, label)
      await store.setLabel(prompt, label, on)
      await library.announce(prompt)
      return { label, version: on, ...(previous === undefined ? {} : { previous }) }
    },
    async removeLabel({ prompt, label }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const version = labelOf(record, label)
      if (version === undefined) {
        throw notFound(`label of "${prompt}"`, label, Object.keys(record.labels))
      }
      await store.setLabel(prompt, label, undefined)
      await library.announce(prompt)
      return { label, version }
    },
    async delete({ prompt, ifMatch }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const latest = latestOf(record)
      checkMatch(`The prompt "${prompt}"`, ifMatch?.toString(), latest.toString())
      await store.setDeleted(prompt, true)
      await library.announce(prompt)
      return { name: prompt, latest }
    },
    async restore({ prompt, version, message }, { signal }) {
      const store = await library.open()
      // Deleted ones too; what is not there at all is refused as it always is.
      const record = (await store.find(prompt)) ?? (await findPrompt(store, prompt))
      if (version === undefined && !record.isDeleted) {
        throw invalidParam('version', `"${prompt}" is not deleted; say which version to go back to`)
      }
      const old = version === undefined ? undefined : await readVersion(store, record, version)
      if (record.isDeleted) {
        await store.setDeleted(prompt, false)
        await library.announce(prompt)
      }
      if (old === undefined) return { name: prompt, version: latestOf(record) }
      const restored = await library.addVersion({
        name: prompt,
        message: message ?? `Restored version ${old.version}`,
        signal,
        revise: async () => old.value.content,
      })
      return { name: prompt, version: restored }
    },
    async import({ prompt, format, text, onExisting, message }, { signal }) {
      const store = await library.open()
      const read = await evaluator.decode({ format, text }, signal)
      const name = prompt ?? read.name
      if (name === undefined) {
        throw invalidParam('prompt', 'the document names no prompt; say what to call it')
      }
      const isThere = (await store.find(name))?.isDeleted === false
      if (!isThere || onExisting === 'refuse') {
        const created = await create(name, read.content, message, signal)
        return { ...created, warnings: [...read.warnings, ...created.warnings] }
      }
      const warnings = await acceptContent(read.content, evaluator, signal)
      const version = await library.addVersion({
        name,
        message,
        signal,
        revise: async () => read.content,
      })
      return { name, version, warnings: [...read.warnings, ...warnings] }
    },
  }
}

type Changes = { readonly [Field in keyof PromptContent]?: PromptContent[Field] | undefined }

function merge(newest: PromptContent, changes: Changes): PromptContent {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  return { ...newest, ...Object.fromEntries(given) }
}
