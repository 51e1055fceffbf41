// Read off the schema itself, so that the published types need no zod beside the protocol's.

/** What a schema takes. */
export type Input<S extends { readonly _zod: { readonly input: unknown } }> = S['_zod']['input']

/** What a schema gives. */
export type Output<S extends { readonly _zod: { readonly output: unknown } }> = S['_zod']['output']
