import type { ResourceInfo, ResourceProvider } from './resource-provider.ts'

/** What an answer says of a resource without its content. */
export function entryOf(info: ResourceInfo, provider: ResourceProvider) {
  const { name, description } = info
  return {
    ...factsOf(info),
    name,
    description,
    writable: provider.write !== undefined,
    watchable: provider.watch !== undefined,
  }
}

/** What every answer about a resource says. */
export function factsOf({ uri, mimeType, size, etag, modifiedAt }: ResourceInfo) {
  return { uri, mimeType, size, etag, modifiedAt }
}
