export { createRestClient } from './rest/rest-client.ts'
export type { RestClient, RestClientOptions } from './rest/rest-client.ts'
export type {
  ActivityItem,
  CombinedStreamOptions,
  RunStreamOptions,
  StreamEntry,
  StreamOptions,
} from './rest/rest-streams.ts'
export type { RestRequestOptions } from './rest/rest-requests.ts'
export type { RestCallOptions, RestHeaders } from './rest/rest-transport.ts'
