import type { RawRequest } from '@mcp/http'
import { isRecord } from '@mcp/protocol'

import { legacyVersions } from './legacy/legacy-session.ts'

const versionKey = 'io.modelcontextprotocol/protocolVersion'

/**
 * Returns whether the modern endpoint handles a request. Such a request has a version in `_meta`, or its header
 * names 2026-07-28 or a later version. The modern endpoint refuses the requests that lack one of the two.
 */
export function isModern(request: Pick<RawRequest, 'header'>, body: unknown): boolean {
  if (hasVersion(body)) return true
  const version = request.header('mcp-protocol-version')
  if (version === undefined || legacyVersions.includes(version)) return false
  return /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= '2026-07-28'
}

function hasVersion(body: unknown): boolean {
  if (Array.isArray(body)) return body.some(hasVersion)
  if (!isRecord(body) || !isRecord(body['params'])) return false
  const { _meta: meta } = body['params']
  return isRecord(meta) && Object.hasOwn(meta, versionKey)
}
