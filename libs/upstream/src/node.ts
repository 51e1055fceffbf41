export { createFileCatalogueStore } from './node/file-catalogue-store.ts'
export { createStdioTransport } from './node/stdio-transport.ts'
export type { StdioServer, StdioTransport, StdioTransportOptions } from './node/stdio-transport.ts'
