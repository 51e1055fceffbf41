import type { Health, MaybePromise } from '@mcp/protocol'

/** Description of a resource that is available without accessing the resource, for lists. */
export interface ResourceName {
  readonly uri: string
  readonly name: string
  readonly mimeType: string
  readonly description?: string | undefined
}

/** The metadata of a resource, available without reading its content. */
export interface ResourceInfo extends ResourceName {
  /** Size in bytes. */
  readonly size?: number | undefined
  /** Text that changes whenever the content changes. */
  readonly etag?: string | undefined
  /** Time of the last change, as ISO 8601 in UTC. */
  readonly modifiedAt?: string | undefined
}

export interface ListOptions {
  /** URI after which the list starts. Default: it starts with the first URI. */
  readonly after?: string | undefined
  /**
   * Prefix of the URIs that the caller needs. The provider may omit or return other URIs. Default: the
   * caller needs all URIs.
   */
  readonly prefix?: string | undefined
  readonly signal: AbortSignal
}

export interface OpenOptions {
  /** Offset of the first byte to read. */
  readonly start: number
  /** Offset after the last byte to read. Default: the end of the resource. */
  readonly end?: number | undefined
  /** An etag that the caller knows. If the resource still has this etag, the body is omitted. */
  readonly ifNoneMatch?: string | undefined
  readonly signal: AbortSignal
}

/** A resource opened for reading. */
export interface OpenedResource {
  readonly info: ResourceInfo
  /**
   * The bytes from `start` to `end`, in chunks. Absent if the resource still has the etag `ifNoneMatch`. A
   * chunk is valid until the next chunk is requested. The caller of `open` must iterate the body with
   * `for await`, because the end of the loop, even after a `break` or an error, closes the resource.
   */
  readonly body?: AsyncIterable<Uint8Array> | undefined
}

/** A URI template (RFC 6570). */
export interface ResourceTemplate {
  readonly uriTemplate: string
  readonly name: string
  readonly description?: string | undefined
  readonly mimeType?: string | undefined
}

/** Values of a template's variables. */
export type TemplateVariables = Readonly<
  Record<string, string | readonly string[] | Readonly<Record<string, string>>>
>

export interface CompleteRequest {
  /** A `uriTemplate` of the provider's `templates`. */
  readonly template: string
  readonly variable: string
  /** Prefix that the values must have. */
  readonly value: string
  /** Values of the other variables, if they are known. */
  readonly context: TemplateVariables
  /** Maximum number of values. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** A write of a whole resource. */
export interface WriteRequest {
  readonly bytes: Uint8Array
  readonly mimeType?: string | undefined
  /** `create`: the resource must not exist. `update`: it must exist. */
  readonly mode: 'create' | 'update'
  /** Etag that the resource must have. Default: no check. */
  readonly ifMatch?: string | undefined
  readonly signal: AbortSignal
}

export interface RemoveRequest {
  /** Etag that the resource must have. Default: no check. */
  readonly ifMatch?: string | undefined
  readonly signal: AbortSignal
}

export interface ResourceChange {
  readonly uri: string
  readonly change: 'created' | 'updated' | 'deleted'
  /** Current etag. */
  readonly etag?: string | undefined
}

export interface WatchOptions {
  readonly onChange: (change: ResourceChange) => void
  /** Called if watching fails for some of the resources. Watching continues for the others. */
  readonly onError: (thrown: unknown) => void
}

/**
 * A source of resources. The optional members add capabilities. `stat`, `open`, `write` and `remove`
 * receive only canonical URIs, that is, URIs that `canonicalize` or `list` returned.
 */
export interface ResourceProvider {
  /** Description for messages, such as `the folder docs`. */
  readonly label: string
  /** Prefixes of the URIs that the provider serves. If several prefixes match a URI, the longest one wins. */
  readonly prefixes: readonly string[]
  /**
   * Returns the canonical form of a URI that starts with one of the prefixes.
   *
   * @throws McpError if no resource can have this URI, for example with reason `path-escape`.
   */
  canonicalize(uri: string): string
  /** Lists resources, ordered by URI (by code unit). */
  list(options: ListOptions): AsyncIterable<ResourceName>
  /** Returns the metadata of a resource, or undefined if it does not exist. */
  stat(
    uri: string,
    options: { readonly signal: AbortSignal },
  ): MaybePromise<ResourceInfo | undefined>
  /** Opens a resource. Returns undefined if it does not exist. */
  open(uri: string, options: OpenOptions): MaybePromise<OpenedResource | undefined>
  /** Templates of URIs that can be read although `list` may omit them. */
  readonly templates?: readonly ResourceTemplate[] | undefined
  /** Returns values of a template variable, in alphabetical order. */
  complete?(request: CompleteRequest): MaybePromise<readonly string[]>
  /**
   * Writes a resource atomically.
   *
   * @throws McpError `conflict` if the resource to create exists or its etag is not `ifMatch`; `not-found`
   *   if the resource to update does not exist.
   */
  write?(uri: string, request: WriteRequest): MaybePromise<ResourceInfo>
  /**
   * Removes a resource.
   *
   * @throws McpError `not-found` if the resource does not exist; `conflict` if its etag is not `ifMatch`.
   */
  remove?(uri: string, request: RemoveRequest): MaybePromise<void>
  /**
   * Watches the resources. Reports every change after the promise resolves, until the returned function
   * is called. It may also report changes by `write` and `remove`. The server recognizes these changes
   * and publishes them once.
   */
  watch?(options: WatchOptions): MaybePromise<() => MaybePromise<void>>
  /** Health of the source, such as a folder that must exist. Default: healthy. */
  health?(): MaybePromise<Health>
  /** Releases the resources of the provider, such as connections. */
  close?(): MaybePromise<void>
}
