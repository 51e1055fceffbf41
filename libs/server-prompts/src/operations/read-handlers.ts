import { McpError } from '@mcp/protocol'
import type { PromptContent, prompts } from '@mcp/contracts/prompts'
import type { Handlers } from '@mcp/server'
import { notFound, pageItems } from '@mcp/server'

import { completeArgument } from './complete-argument.ts'
import type { Evaluator } from '../sandbox/prompt-sandbox.ts'
import { findPrompt, findVersion, labelOf, latestOf, readVersion } from '../library/find-version.ts'
import type { Library } from '../library/library.ts'
import { mapInBatches } from '../map-in-batches.ts'
import type { PromptRecord, PromptStore, PromptVersion } from '../store/prompt-store.ts'

type ReadingHandlers = Pick<
  Handlers<typeof prompts>,
  'list' | 'get' | 'render' | 'validate' | 'listVersions' | 'diff' | 'complete' | 'export'
>

export interface ReadingOptions {
  readonly library: Library
  readonly evaluator: Evaluator
  /** The most characters of a rendered prompt. */
  readonly maxRenderedLength: number
}

const forms = {
  yaml: { extension: 'yaml', mimeType: 'application/yaml' },
  dotprompt: { extension: 'prompt', mimeType: 'text/x-dotprompt' },
  json: { extension: 'json', mimeType: 'application/json' },
} as const

/** The operations that change nothing. */
export function createReadingHandlers(options: ReadingOptions): ReadingHandlers {
  const { library, evaluator, maxRenderedLength } = options

  return {
    async list({ tag, folder, deleted, query = '', cursor, limit }, { signal }) {
      const store = await library.open()
      const records = (await store.list()).filter(({ isDeleted }) => isDeleted === deleted)
      const summary = (record: PromptRecord) => {
        signal.throwIfAborted()
        return summarize(store, record)
      }
      if (tag === undefined && folder === undefined && query === '') {
        const { items, ...rest } = pageItems(records, { cursor, limit }, ({ name }) => name)
        return { items: await mapInBatches(items, summary), ...rest }
      }
      const wanted = query.toLowerCase()
      const all = await mapInBatches(records, summary)
      const matching = all.filter(
        (item) =>
          (tag === undefined || item.tags.includes(tag)) &&
          (folder === undefined || isWithin(item.folder, folder)) &&
          `${item.name}\n${item.title}\n${item.description}`.toLowerCase().includes(wanted),
      )
      return pageItems(matching, { cursor, limit }, ({ name }) => name)
    },
    async get(request) {
      const { record, version, value } = await findVersion(await library.open(), request)
      const { name, labels } = record
      const { content, message, createdAt } = value
      return {
        ...titled(name, content),
        name,
        version,
        latest: latestOf(record),
        labels,
        message,
        ...(createdAt === undefined ? {} : { createdAt }),
      }
    },
    async render({ arguments: given, format, ...request }, { signal }) {
      const { version, value } = await findVersion(await library.open(), request)
      const { engine, arguments: declared, messages: templates } = value.content
      const { messages, usedArguments, warnings } = await evaluator.render(
        {
          content: { engine, arguments: declared, messages: templates },
          given,
          maxLength: maxRenderedLength,
        },
        signal,
      )
      const text = messages.map(({ content }) => content).join('\n\n')
      return {
        messages,
        ...(format === 'text' ? { text } : {}),
        resolvedVersion: version,
        engine,
        usedArguments,
        warnings,
      }
    },
    async validate({ prompt: _name, ...content }, { signal }) {
      const { issues, warnings, variables } = await evaluator.check(content, signal)
      return { valid: issues.length === 0, issues: issues.map(withoutAbsent), warnings, variables }
    },
    async listVersions({ prompt, query = '', cursor, limit }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const numbers = record.versions.toReversed()
      const read = (version: number) => describeVersion(store, record, version)
      if (query === '') {
        const { items, ...rest } = pageItems(numbers, { cursor, limit }, String)
        return { items: await mapInBatches(items, read), ...rest }
      }
      const wanted = query.toLowerCase()
      const all = await mapInBatches(numbers, read)
      const matching = all.filter(({ message }) => message.toLowerCase().includes(wanted))
      return pageItems(matching, { cursor, limit }, ({ version }) => `${version}`)
    },
    async diff({ prompt, from, to }, { signal }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const [before, after] = await Promise.all([
        readVersion(store, record, from),
        readVersion(store, record, to ?? latestOf(record)),
      ])
      const contents = { from: before.value.content, to: after.value.content }
      const { changed, patch } = await evaluator.compare(contents, signal)
      return { from, to: after.version, changed, patch }
    },
    async complete({ prompt, argument, value, context }) {
      const found = await findVersion(await library.open(), { prompt })
      const { arguments: declared } = found.value.content
      const named = declared.find(({ name }) => name === argument)
      if (named !== undefined) return completeArgument(named, { value, context })
      throw notFound(
        `argument of "${prompt}"`,
        argument,
        declared.map(({ name }) => name),
      )
    },
    async export({ format, ...request }, { signal }) {
      const { record, version, value } = await findVersion(await library.open(), request)
      const { extension, mimeType } = forms[format]
      const { name } = record
      const text = await evaluator.encode({ format, document: { name, ...value } }, signal)
      return { format, version, fileName: `${name}.${extension}`, mimeType, text }
    },
  }
}

type PromptSummary = Awaited<ReturnType<ReadingHandlers['list']>>['items'][number]

async function summarize(store: PromptStore, record: PromptRecord): Promise<PromptSummary> {
  const { name, labels } = record
  const latest = latestOf(record)
  const read = await attempt(store, record, latest)
  if ('problem' in read) {
    // Somebody broke it on disk: it is listed with what is wrong, and keeps no other out of the list.
    return {
      name,
      title: name,
      description: '',
      tags: [],
      folder: '',
      engine: 'none',
      arguments: [],
      latest,
      labels,
      problem: read.problem,
    }
  }
  const {
    title,
    description,
    tags,
    folder,
    engine,
    arguments: declared,
  } = titled(name, read.content)
  return {
    name,
    title,
    description,
    tags,
    folder,
    engine,
    arguments: declared.map(({ name: argument, description: what, required }) => ({
      name: argument,
      description: what,
      required,
    })),
    latest,
    labels,
  }
}

async function describeVersion(store: PromptStore, record: PromptRecord, version: number) {
  const read = await attempt(store, record, version)
  const labels = Object.keys(record.labels).filter((label) => labelOf(record, label) === version)
  const facts = 'problem' in read ? { message: '', problem: read.problem } : factsOf(read)
  return { version, labels, ...facts }
}

async function attempt(
  store: PromptStore,
  record: PromptRecord,
  version: number,
): Promise<PromptVersion | { readonly problem: string }> {
  try {
    return (await readVersion(store, record, version)).value
  } catch (thrown) {
    if (McpError.is(thrown)) return { problem: thrown.message }
    throw thrown
  }
}

function factsOf({ message, createdAt }: PromptVersion) {
  return { message, ...(createdAt === undefined ? {} : { createdAt }) }
}

function titled(name: string, content: PromptContent): PromptContent {
  return content.title === '' ? { ...content, title: name } : content
}

function isWithin(folder: string, wanted: string): boolean {
  return folder === wanted || folder.startsWith(`${wanted}/`)
}

function withoutAbsent<Fact extends { line?: number | undefined; column?: number | undefined }>({
  line,
  column,
  ...issue
}: Fact) {
  return { ...issue, ...(line === undefined || column === undefined ? {} : { line, column }) }
}
