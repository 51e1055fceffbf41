import { McpError } from '@mcp/protocol'
import type { PromptContent, prompts } from '@mcp/contracts/prompts'
import type { Handlers } from '@mcp/server'
import { notFound, pageItems } from '@mcp/server'
import pMap from 'p-map'

import { completeArgument } from './complete-argument.ts'
import type { PromptSandbox } from '../sandbox/prompt-sandbox.ts'
import { findPrompt, findVersion, labelOf, latestOf, readVersion } from '../library/find-version.ts'
import type { Library } from '../library/library.ts'
import { maxConcurrentReads } from '../library/library.ts'
import type { PromptRecord, PromptStore, PromptVersion } from '../store/prompt-store.ts'

type ReadHandlers = Pick<
  Handlers<typeof prompts>,
  'list' | 'get' | 'render' | 'validate' | 'listVersions' | 'diff' | 'complete' | 'export'
>

export interface ReadHandlersOptions {
  readonly library: Library
  readonly sandbox: PromptSandbox
  /** Maximum length of a rendered prompt, in characters. */
  readonly maxRenderedLength: number
}

const fileTypes = {
  yaml: { extension: 'yaml', mimeType: 'application/yaml' },
  dotprompt: { extension: 'prompt', mimeType: 'text/x-dotprompt' },
  json: { extension: 'json', mimeType: 'application/json' },
} as const

const mapOptions = { concurrency: maxConcurrentReads }

/** Creates the handlers of the operations that change nothing. */
export function createReadHandlers(options: ReadHandlersOptions): ReadHandlers {
  const { library, sandbox, maxRenderedLength } = options

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
        return { items: await pMap(items, summary, mapOptions), ...rest }
      }
      const lower = query.toLowerCase()
      const all = await pMap(records, summary, mapOptions)
      const matches = all.filter(
        (item) =>
          (tag === undefined || item.tags.includes(tag)) &&
          (folder === undefined || isWithin(item.folder, folder)) &&
          `${item.name}\n${item.title}\n${item.description}`.toLowerCase().includes(lower),
      )
      return pageItems(matches, { cursor, limit }, ({ name }) => name)
    },
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
    async render({ arguments: values, format, ...request }, { signal }) {
      const { version, value } = await findVersion(await library.open(), request)
      const { engine, arguments: declared, messages: templates } = value.content
      const { messages, usedArguments, warnings } = await sandbox.render(
        {
          content: { engine, arguments: declared, messages: templates },
          values,
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
      const { issues, warnings, variables } = await sandbox.check(content, signal)
      return {
        valid: issues.length === 0,
        issues: issues.map(withoutUndefinedPosition),
        warnings,
        variables,
      }
    },
    async listVersions({ prompt, query = '', cursor, limit }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const numbers = record.versions.toReversed()
      const read = (version: number) => describeVersion(store, record, version)
      if (query === '') {
        const { items, ...rest } = pageItems(numbers, { cursor, limit }, String)
        return { items: await pMap(items, read, mapOptions), ...rest }
      }
      const lower = query.toLowerCase()
      const all = await pMap(numbers, read, mapOptions)
      const matches = all.filter(({ message }) => message.toLowerCase().includes(lower))
      return pageItems(matches, { cursor, limit }, ({ version }) => `${version}`)
    },
    async diff({ prompt, from, to }, { signal }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const [before, after] = await Promise.all([
        readVersion(store, record, from),
        readVersion(store, record, to ?? latestOf(record)),
      ])
      const contents = { from: before.value.content, to: after.value.content }
      const { changed, patch } = await sandbox.compare(contents, signal)
      return { from, to: after.version, changed, patch }
    },
    async complete({ prompt, argument, value, context }) {
      const found = await findVersion(await library.open(), { prompt })
      const { arguments: declared } = found.value.content
      const declaredArgument = declared.find(({ name }) => name === argument)
      if (declaredArgument !== undefined)
        return completeArgument(declaredArgument, { value, context })
      throw notFound(
        `argument of "${prompt}"`,
        argument,
        declared.map(({ name }) => name),
      )
    },
    async export({ format, ...request }, { signal }) {
      const { record, version, value } = await findVersion(await library.open(), request)
      const { extension, mimeType } = fileTypes[format]
      const { name } = record
      const text = await sandbox.encode({ format, document: { name, ...value } }, signal)
      return { format, version, fileName: `${name}.${extension}`, mimeType, text }
    },
  }
}

type PromptSummary = Awaited<ReturnType<ReadHandlers['list']>>['items'][number]

async function summarize(store: PromptStore, record: PromptRecord): Promise<PromptSummary> {
  const { name, labels } = record
  const latest = latestOf(record)
  const read = await tryRead(store, record, latest)
  if ('problem' in read) {
    // The file was damaged on disk: the prompt is listed with the problem and does not fail the list.
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
  } = withTitle(name, read.content)
  return {
    name,
    title,
    description,
    tags,
    folder,
    engine,
    arguments: declared.map(({ name: argument, description: argumentDescription, required }) => ({
      name: argument,
      description: argumentDescription,
      required,
    })),
    latest,
    labels,
  }
}

async function describeVersion(store: PromptStore, record: PromptRecord, version: number) {
  const read = await tryRead(store, record, version)
  const labels = Object.keys(record.labels).filter((label) => labelOf(record, label) === version)
  const details = 'problem' in read ? { message: '', problem: read.problem } : detailsOf(read)
  return { version, labels, ...details }
}

async function tryRead(
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

function detailsOf({ message, createdAt }: PromptVersion) {
  return { message, ...(createdAt === undefined ? {} : { createdAt }) }
}

/** Returns the content with the prompt's name as title if it has none. */
function withTitle(name: string, content: PromptContent): PromptContent {
  return content.title === '' ? { ...content, title: name } : content
}

function isWithin(folder: string, parent: string): boolean {
  return folder === parent || folder.startsWith(`${parent}/`)
}

function withoutUndefinedPosition<
  Issue extends { line?: number | undefined; column?: number | undefined },
>({ line, column, ...issue }: Issue) {
  return { ...issue, ...(line === undefined || column === undefined ? {} : { line, column }) }
}
