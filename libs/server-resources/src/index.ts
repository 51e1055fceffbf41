export { fileResources } from './providers/files/file-resources.ts'
export type { FileResourcesOptions } from './providers/files/file-resources.ts'
export type { FetchFunction, HttpResponse, HttpRequestInit } from './providers/http/http-client.ts'
export { httpResources } from './providers/http/http-resources.ts'
export type { HttpResourcesOptions } from './providers/http/http-resources.ts'
export { memoryResources } from './providers/memory/memory-resources.ts'
export type { MemoryResourcesOptions, MemoryTemplate } from './providers/memory/memory-resources.ts'
export type { MemoryResource } from './providers/memory/memory-store.ts'
export type {
  CompleteRequest,
  ListOptions,
  OpenedResource,
  OpenOptions,
  RemoveRequest,
  ResourceChange,
  ResourceInfo,
  ResourceName,
  ResourceProvider,
  ResourceTemplate,
  TemplateVariables,
  WatchOptions,
  WriteRequest,
} from './providers/resource-provider.ts'
export { resourcesServer } from './resources-server.ts'
export type { ResourcesServerOptions } from './resources-server.ts'
export { createFileSubscriptions } from './subscriptions/file-subscriptions.ts'
export type { SubscriptionTarget } from './subscriptions/subscription-index.ts'
export type { StoredSubscription, SubscriptionStore } from './subscriptions/subscription-store.ts'
