// The package's own types describe an ES module, and it is a CommonJS one whose export is the function.
declare module 'robots-parser' {
  interface Robots {
    isAllowed(url: string, userAgent?: string): boolean | undefined
    /** From 1 on; -1 where no rule matches. */
    getMatchingLineNumber(url: string, userAgent?: string): number
    getCrawlDelay(userAgent?: string): number | undefined
    getSitemaps(): string[]
  }

  export default function robotsParser(url: string, contents: string): Robots
}
