declare module 'html-encoding-sniffer' {
  interface Options {
    readonly xml?: boolean
    readonly transportLayerEncodingLabel?: string | undefined
    readonly defaultEncoding?: string
    readonly maxPrescanBytes?: number
  }

  /** Returns the canonical name of the encoding, such as `UTF-8` or `windows-1252`. */
  export default function sniffEncoding(bytes: Uint8Array, options?: Options): string
}
