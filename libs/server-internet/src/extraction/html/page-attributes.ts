import { pageLimits } from './page-limits.ts'

export type Attributes = Readonly<Record<string, string>>

/** Whether the extraction reads an attribute after the page is sanitized. */
export const isReadable = isOneOf(
  'alt aria-label checked class colspan content data-lang data-language datetime dir height href id ' +
    'itemprop itemtype lang name open property rel role rowspan src start title type value width',
)

/** Whether a selector may match an attribute: any attribute except event handlers. */
export function isSelectable(name: string): boolean {
  return /^(?!on)[a-z_][\w:.-]*$/.test(name)
}

export const isRootAttribute = isOneOf('lang xml:lang dir')

export const isHeadAttribute = isOneOf('name property itemprop http-equiv content href')

function isOneOf(names: string): (name: string) => boolean {
  const set = new Set(names.split(' '))
  return (name) => set.has(name)
}

/** Serializes the attributes of a tag. Each attribute has a leading space. */
export function writeAttributes(attributes: Attributes, isKept: (name: string) => boolean): string {
  let written = ''
  let count = 0
  for (const [name, value] of Object.entries(attributes)) {
    if (!isKept(name) || value.length > pageLimits.attributeCharacters) continue
    written += ` ${name}="${escapeText(value).replaceAll('"', '&quot;')}"`
    count += 1
    if (count >= pageLimits.attributes) break
  }
  return written
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** Whether the element is invisible or irrelevant. */
export function isHidden(name: string, attributes: Attributes): boolean {
  return isInvisible(attributes) || isIrrelevant(name, attributes)
}

/** Whether the element has no visible text until a script shows it. */
export function isInvisible({ hidden, style = '' }: Attributes): boolean {
  if (hidden !== undefined && hidden !== 'until-found') return true
  return /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$))/i.test(
    style,
  )
}

/**
 * Whether the element does not belong to the text of the page: a tracking pixel, a closed dialog, an input
 * other than a checkbox, or an element that is hidden from screen readers.
 */
export function isIrrelevant(name: string, attributes: Attributes): boolean {
  switch (name) {
    case 'img':
      return isTrackingPixel(attributes)
    case 'dialog':
      return attributes['open'] === undefined
    case 'input':
      return attributes['type'] !== 'checkbox'
    default:
      return attributes['aria-hidden'] === 'true'
  }
}

function isTrackingPixel({ width, height }: Attributes): boolean {
  return [width, height].some((side) => side !== undefined && /^\s*[01](?:px)?\s*$/.test(side))
}

const lazySources = ['data-src', 'data-lazy-src', 'data-original']

/**
 * Sets `src` of a lazily loaded image to its real URL, or to an empty string if the URL is unknown. Without
 * scripts, `src` is a placeholder or missing. Returns the same attributes for other images.
 */
export function withRealSource(attributes: Attributes): Attributes {
  const { src = '', srcset = '', 'data-srcset': lazySet = '' } = attributes
  const lazySource = lazySources.map((key) => attributes[key] ?? '').find((source) => source !== '')
  if (lazySource !== undefined) return { ...attributes, src: lazySource }
  if (src !== '' && !src.startsWith('data:')) return attributes
  const [first = ''] = (lazySet === '' ? srcset : lazySet).trim().split(/[\s,]/, 1)
  return { ...attributes, src: first }
}
