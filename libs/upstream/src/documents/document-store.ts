/** Port: stores one JSON document per name. The contract suite is `itIsADocumentStore`. */
export interface DocumentStore {
  /** Returns undefined for a name that was not written, and for a damaged document. */
  read(name: string): Promise<unknown>
  write(name: string, document: unknown): Promise<void>
  delete(name: string): Promise<void>
}
