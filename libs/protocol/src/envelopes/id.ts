/** Returns a new unguessable id, such as `req-7f0c…`. */
export function createId(prefix: string): string {
  return `${prefix}-${crypto.randomUUID()}`
}
