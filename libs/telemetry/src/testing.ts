export { recordMetrics } from './metrics/recorded-metrics.ts'
export type { RecordedMetrics } from './metrics/recorded-metrics.ts'
