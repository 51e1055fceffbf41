import type { prompts } from '@mcp/contracts/prompts'
import { McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import { pageItems } from '@mcp/server'
import pMap from 'p-map'

import { findPrompt, labelOf, latestOf, readVersion } from '../library/find-version.ts'
import type { Library } from '../library/library.ts'
import { maxConcurrentReads } from '../library/change-publisher.ts'
import type { PromptRecord, PromptStore, PromptVersion } from '../store/prompt-store.ts'
import { withTitle } from './with-title.ts'

type ListHandlers = Pick<Handlers<typeof prompts>, 'list' | 'listVersions'>

const mapOptions = { concurrency: maxConcurrentReads }

/**
 * Creates the handlers that list prompts and versions. An unreadable version does not fail the list:
 * the list shows its problem.
 */
export function createListHandlers(library: Library): ListHandlers {
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
  }
}

type PromptSummary = Awaited<ReturnType<ListHandlers['list']>>['items'][number]

async function summarize(store: PromptStore, record: PromptRecord): Promise<PromptSummary> {
  const { name, labels } = record
  const latest = latestOf(record)
  const read = await tryRead(store, record, latest)
  if ('problem' in read) {
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

function isWithin(folder: string, parent: string): boolean {
  return folder === parent || folder.startsWith(`${parent}/`)
}
