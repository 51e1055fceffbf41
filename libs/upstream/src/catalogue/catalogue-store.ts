/** The catalogue of an upstream server as it was last listed. */
export interface StoredCatalogue {
  /** Time of the list, in milliseconds since the epoch. */
  readonly listedAt: number
  /** Value of a JSON document. */
  readonly value: unknown
}

/** Port: stores catalogues, so that a list needs no connection. The contract suite is `itIsACatalogueStore`. */
export interface CatalogueStore {
  /** Returns undefined for a name that was not written, and for a damaged catalogue. */
  read(name: string): Promise<StoredCatalogue | undefined>
  write(name: string, catalogue: StoredCatalogue): Promise<void>
  delete(name: string): Promise<void>
}
