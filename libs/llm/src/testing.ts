export { catalogue, createSession } from './fixtures/test-catalogue.ts'
