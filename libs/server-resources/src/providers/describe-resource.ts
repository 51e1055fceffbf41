import type { ResourceInfo, ResourceProvider } from './resource-provider.ts'

/** Returns the description of a resource for the responses of `list`, `stat`, `create` and `update`. */
export function describeResource(info: ResourceInfo, provider: ResourceProvider) {
  const { name, description } = info
  return {
    ...resourceMetadata(info),
    name,
    description,
    writable: provider.write !== undefined,
    watchable: provider.watch !== undefined,
  }
}

/** Returns the fields that every response about a resource contains. */
export function resourceMetadata({ uri, mimeType, size, etag, modifiedAt }: ResourceInfo) {
  return { uri, mimeType, size, etag, modifiedAt }
}
