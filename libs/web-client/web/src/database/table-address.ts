import { link } from '../frame/addresses.ts'

/** A table of an address. */
export interface AddressedTable {
  readonly schema: string
  readonly name: string
}

/**
 * Returns the address that opens a table of a database.
 *
 * @example
 * tableAddress('main', { schema: 'main', name: 'notes' }) // '/database/main?schema=main&table=notes'
 */
export function tableAddress(database: string, { schema, name }: AddressedTable): string {
  return `${link('database', database)}?${new URLSearchParams({ schema, table: name }).toString()}`
}

/** Returns the table that the query of an address names, or undefined. */
export function readTable(query: string): AddressedTable | undefined {
  const params = new URLSearchParams(query)
  const schema = params.get('schema')
  const name = params.get('table')
  return schema === null || name === null ? undefined : { schema, name }
}
