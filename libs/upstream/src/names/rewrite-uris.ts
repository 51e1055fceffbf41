import { isRecord } from '@mcp/protocol'

import type { Uris } from './uris.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Returns a list entry, such as a tool, a resource or a template, with the URIs for clients. Fields
 * that contain no URI are kept, also unknown ones.
 */
export function rewriteEntry(entry: Json, uris: Uris): Json {
  const { uri, uriTemplate, _meta } = entry
  return {
    ...entry,
    ...(typeof uri === 'string' ? { uri: uris.toClient(uri) } : {}),
    ...(typeof uriTemplate === 'string' ? { uriTemplate: uris.toClient(uriTemplate) } : {}),
    ...(isRecord(_meta) ? { _meta: rewriteMeta(_meta, uris) } : {}),
  }
}

/** Returns a result, such as of `tools/call`, `prompts/get` or `resources/read`, with the URIs for clients. */
export function rewriteResult(result: Json, uris: Uris): Json {
  const { content, contents, messages, _meta } = result
  const rewriteBlocks = (blocks: unknown) =>
    Array.isArray(blocks) ? blocks.map((block: unknown) => rewriteBlock(block, uris)) : blocks
  return {
    ...result,
    ...(content === undefined ? {} : { content: rewriteBlocks(content) }),
    ...(Array.isArray(contents)
      ? {
          contents: contents.map((each: unknown) =>
            isRecord(each) ? rewriteEntry(each, uris) : each,
          ),
        }
      : {}),
    ...(Array.isArray(messages)
      ? {
          messages: messages.map((message: unknown) => rewriteMessage(message, uris)),
        }
      : {}),
    ...(isRecord(_meta) ? { _meta: rewriteMeta(_meta, uris) } : {}),
  }
}

// The content of a prompt message is one block. Later revisions allow a list.
function rewriteMessage(message: unknown, uris: Uris): unknown {
  if (!isRecord(message)) return message
  const { content } = message
  const rewritten = Array.isArray(content)
    ? content.map((block: unknown) => rewriteBlock(block, uris))
    : rewriteBlock(content, uris)
  return { ...message, content: rewritten }
}

function rewriteBlock(block: unknown, uris: Uris): unknown {
  if (!isRecord(block)) return block
  const { type, resource, _meta } = block
  const meta = isRecord(_meta) ? { _meta: rewriteMeta(_meta, uris) } : {}
  if (type === 'resource_link') return rewriteEntry(block, uris)
  if (type === 'resource' && isRecord(resource)) {
    return { ...block, ...meta, resource: rewriteEntry(resource, uris) }
  }
  return { ...block, ...meta }
}

/** Rewrites the URI of the page of a tool. MCP Apps write it as `ui.resourceUri` or as `ui/resourceUri`. */
function rewriteMeta(meta: Json, uris: Uris): Json {
  const { ui, 'ui/resourceUri': flat } = meta
  const nested =
    isRecord(ui) && typeof ui['resourceUri'] === 'string' ? ui['resourceUri'] : undefined
  return {
    ...meta,
    ...(typeof flat === 'string' ? { 'ui/resourceUri': uris.toClient(flat) } : {}),
    ...(nested === undefined || !isRecord(ui)
      ? {}
      : { ui: { ...ui, resourceUri: uris.toClient(nested) } }),
  }
}
