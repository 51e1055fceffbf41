import { blank, blankText, describeKey } from './secret-keys.ts'

const maxDepth = 64
const cutMark = '…'

/** Whether a preview contains a complete value. A complete preview is JSON, which never ends with the mark. */
export function isComplete(preview: string): boolean {
  return !preview.endsWith(cutMark)
}

/**
 * Returns a value as JSON, with secrets blanked, that ends after about `maxLength` characters. The rest of a
 * large value is not visited.
 */
export function previewOf(value: unknown, maxLength = Infinity): string {
  let text = ''
  let isCut = false

  function writeText(content: string): void {
    // Blanking the secrets can make a part shorter than the maximum, so the cut is detected before the
    // blanking.
    isCut ||= content.length > maxLength
    const part = isCut ? content.slice(0, maxLength) : content
    text += JSON.stringify(blankText(part))
  }

  function writeItems(items: readonly unknown[], depth: number): void {
    text += '['
    for (const [index, item] of items.entries()) {
      if (text.length > maxLength) return
      if (index > 0) text += ','
      write(item, depth + 1)
    }
    text += ']'
  }

  function writeFields(fields: object, depth: number): void {
    text += '{'
    let isFirst = true
    // In a pair such as `{ name: 'Authorization', value: '…' }`, the key of the secret is the value of `name`.
    const isSecretPair = namesSecret(fields)
    for (const [key, item] of Object.entries(fields)) {
      if (item === undefined || typeof item === 'function') continue
      if (text.length > maxLength) return
      if (!isFirst) text += ','
      isFirst = false
      const { json, isSecret } = describeKey(key)
      text += json
      if (isSecret || (isSecretPair && key === 'value')) writeSecret(item)
      else write(item, depth + 1)
    }
    text += '}'
  }

  function writeSecret(item: unknown): void {
    text += item === null || typeof item === 'boolean' ? String(item) : JSON.stringify(blank)
  }

  function write(item: unknown, depth: number): void {
    if (typeof item === 'string') writeText(item)
    else if (typeof item === 'number' || typeof item === 'boolean') text += JSON.stringify(item)
    else if (typeof item === 'bigint') text += `"${item}"`
    else if (typeof item !== 'object' || item === null) text += 'null'
    else if (depth > maxDepth) text += '"…"'
    else if (Array.isArray(item)) writeItems(item, depth)
    else if (item instanceof Date) writeText(item.toISOString())
    else writeFields(item, depth)
  }

  write(value, 0)
  return isCut || text.length > maxLength ? `${text.slice(0, maxLength)}${cutMark}` : text
}

function namesSecret(fields: object): boolean {
  if (!('value' in fields)) return false
  const name = 'name' in fields ? fields.name : 'key' in fields ? fields.key : undefined
  return typeof name === 'string' && describeKey(name).isSecret
}
