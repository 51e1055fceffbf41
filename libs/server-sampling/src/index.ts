export { samplingServer } from './sampling-server.ts'
export type { SamplingServerOptions } from './sampling-server.ts'
