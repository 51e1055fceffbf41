import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'

import { pageLimits } from './page-limits.ts'
import { readPageSource } from './page-source.ts'

function bodyOf(html: string, options = {}): string {
  return parseHTML(readPageSource(html, options).html).document.body.innerHTML
}

describe('the sanitized page', () => {
  it('has one head and one body regardless of the order of their parts', () => {
    const { html } = readPageSource(
      '<p>a</p><title>T</title><meta name="author" content="A"><body lang="fr"><p>b</p></body><p>c',
    )
    expect(html).toBe(
      '<!doctype html><html lang="fr"><head><title>T</title><meta name="author" content="A"></head><body><p>a</p><p>b</p><p>c</p></body></html>',
    )
  })

  it('has no scripts, styles or handlers, and counts the scripts', () => {
    const page =
      '<script>a<b</script><style>p</style><p onclick="x" style="color:red">b</p><script/>'
    expect(bodyOf(page)).toBe('<p>b</p>')
    expect(readPageSource(page).scripts).toBe(2)
  })

  it('keeps the text and nothing else', () => {
    expect(bodyOf(`<p title="a&quot;b<i>'">&lt;script&gt; &amp;amp; "q"</p>`)).toBe(
      `<p title="a&quot;b<i>'">&lt;script&gt; &amp;amp; "q"</p>`,
    )
  })

  it('has no tag name that changes its meaning', () => {
    expect(bodyOf('<a"onx=1>text</a"onx=1>')).toBe('<span>text</span>')
  })
})

describe('limits', () => {
  it('keep the text of elements that nest too deep', () => {
    const deep = `${'<div>'.repeat(pageLimits.depth + 3)}x<b>y</b>z`
    expect(bodyOf(deep)).toBe(
      `${'<div>'.repeat(pageLimits.depth)}   x yz${'</div>'.repeat(pageLimits.depth)}`,
    )
  })

  it.each([
    ['elements', '<i></i>'.repeat(pageLimits.pieces + 1)],
    ['entities', '&amp;'.repeat(pageLimits.pieces + 1)],
    ['characters', 'words '.repeat(pageLimits.characters / 5)],
    ['open elements', `<svg>${'<g>'.repeat(pageLimits.open + 1)}</svg>`.repeat(2)],
  ])('cut a page of too many %s', (_kind, page) => {
    const { cut, html } = readPageSource(`<p>Start</p>${page}<p>End</p>`)
    expect(cut).toBe(true)
    expect(html).toContain('<p>Start</p>')
    expect(html).not.toContain('End')
  })

  it('omit attributes that are too many or too long', () => {
    const many = Array.from({ length: 200 }, (_, at) => `data-${at}="x"`).join(' ')
    const long = `id="${'x'.repeat(pageLimits.attributeCharacters + 1)}"`
    const written = bodyOf(`<p ${long} ${many}>x</p>`, { keepHidden: true })
    expect(written.match(/data-/g)).toHaveLength(pageLimits.attributes)
    expect(written).not.toContain('id=')
  })
})

it('converts any text to a page without scripts, with closed tags', () => {
  const piece = fc.oneof(
    fc.constantFrom('<', '>', '</', '"', "'", '=', '<!--', '-->', '<![CDATA[', '&', '<p', '<b>'),
    fc.constantFrom('<script>', '</script>', '<svg>', '</svg>', '<title>', ' onload=x', '<table>'),
    fc.string({ maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, keepHidden) => {
      const { html } = readPageSource(pieces.join(''), { keepHidden })
      const { document } = parseHTML(html)
      expect(document.querySelector('script, style, [onload]')).toBeNull()
      expect(document.body.parentElement?.localName).toBe('html')
      expect(document.documentElement.children).toHaveLength(2)
    }),
    { numRuns: 300 },
  )
})
