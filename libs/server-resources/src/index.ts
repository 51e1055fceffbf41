export { fileResources } from './files/file-resources.ts'
export type { FileResourcesOptions } from './files/file-resources.ts'
export type { FetchFunction, HttpAnswer, HttpRequestInit } from './http/http-fetch.ts'
export { httpResources } from './http/http-resources.ts'
export type { HttpResourcesOptions } from './http/http-resources.ts'
export { memoryResources } from './memory/memory-resources.ts'
export type {
  MemoryResource,
  MemoryResourcesOptions,
  MemoryTemplate,
} from './memory/memory-resources.ts'
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
} from './resource-provider.ts'
export { resourcesServer } from './resources-server.ts'
export type { ResourcesServerOptions } from './resources-server.ts'
