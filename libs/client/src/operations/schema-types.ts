// These types read the property `_zod` of a schema, so that the published types do not import zod.

/** The input type of a schema. */
export type Input<S extends { readonly _zod: { readonly input: unknown } }> = S['_zod']['input']

/** The output type of a schema. */
export type Output<S extends { readonly _zod: { readonly output: unknown } }> = S['_zod']['output']
