export { createHttpEndpoint } from './proxy/endpoint.ts'
export type {
  Endpoint,
  EndpointRequest,
  EndpointResponse,
  HttpEndpointOptions,
} from './proxy/endpoint.ts'
export { createProxy } from './proxy/proxy.ts'
export type { Proxy, ProxyOptions } from './proxy/proxy.ts'
