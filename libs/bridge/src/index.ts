export { parseResultUri, resultUri } from './catalogue/result-uri.ts'
export type { ResultAddress } from './catalogue/result-uri.ts'
