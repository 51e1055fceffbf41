export { createFileCatalogueStore } from './node/file-catalogue-store.ts'
