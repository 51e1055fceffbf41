import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'

import { extracted } from '../../fixtures/extract.ts'

const words = 'Words of a paragraph that is long enough to count as one. '.repeat(8)
const article = `<nav><a href="/">Home</a></nav><article><h1>Title</h1><p>${words}</p><p>${words}</p></article>`

describe('the part of a page', () => {
  it('is the article without what surrounds it', async () => {
    const { content, note } = await extracted(article, { extract: 'article' })
    expect(content).not.toContain('Home')
    expect(content).toContain('Words of a paragraph')
    expect(note).toBeUndefined()
  })

  it('has a note if it is a small part of the page', async () => {
    const thread = await readFile(
      new URL('../../fixtures/pages/question-thread.page', import.meta.url),
    )
    const { note } = await extracted(thread, { extract: 'article' })
    expect(note).toMatch(
      /^The article has \d+ of about \d+ characters on the page\. Use extract "full"/,
    )
  })

  it('is the whole page, with a note, if there is no article', async () => {
    const page = `<h1>Opening hours</h1><aside>${words}</aside><footer>${words}</footer>`
    const { content, note } = await extracted(page, { extract: 'article' })
    expect(content).toContain('# Opening hours')
    expect(content).toContain('Words of a paragraph')
    expect(note).toBe('No article was found; this is the whole page.')
  })

  it('is the whole body without scripts, styles and hidden elements', async () => {
    const page =
      '<style>p{}</style><p>Seen</p><p hidden>1</p><p style="color:red;display: none">2</p><p aria-hidden="true">3</p><script>4</script><template>5</template><img src="/t.gif" width="1" height="1"><button>6</button><iframe>7</iframe><!-- 8 -->'
    expect((await extracted(page)).content).toBe('Seen')
  })

  it('consists of the matches of a selector, each once, including hidden ones', async () => {
    const page =
      '<ul><li data-id="a">One<b data-id="b">Two</b></li></ul><p data-id="c" hidden>Three</p>'
    const { content } = await extracted(page, { extract: { selector: '[data-id]' } })
    expect(content).toBe('- One**Two**\n\nThree')
  })

  it('consists of the matches without hidden or executable content inside them', async () => {
    const page =
      '<main><p style="color:red" onclick="x()">One</p><p hidden>Two</p><img src="/t.gif" width="1"><form action="javascript:x()">Three</form></main>'
    const { content } = await extracted(page, { format: 'html', extract: { selector: 'main' } })
    expect(content).toBe('<main><p>One</p><form>Three</form></main>')
  })

  it('has no text of other elements if a selector matches an image on a page without text', async () => {
    const page = '<img src="a.png"><p><img src="b.png" alt="B"></p>'
    expect((await extracted(page, { extract: { selector: 'p' } })).content).toBe(
      '![B](https://example.com/section/b.png)',
    )
    expect(await extracted(page, { extract: { selector: 'h1' } })).toMatchObject({
      content: '',
      emptyReason: 'selector-matched-nothing',
    })
  })

  it.each([
    ['visibility', '<div style="visibility:hidden">', '</div>'],
    ['display', '<div style="display:none">', '</div>'],
    ['hidden', '<template id="B:0"></template><div hidden id="S:0">', '</div>'],
  ])('includes text that a script would show: %s', async (_kind, start, end) => {
    const page = `<div id="loading">Loading...</div>${start}<h1>Real</h1><p>${words}</p>${end}<script>x</script>`
    for (const extract of ['article', 'full'] as const) {
      expect(await extracted(page, { extract })).toMatchObject({
        content: expect.stringContaining('Words of a paragraph'),
        note: expect.stringContaining('the text that a script would show is included'),
      })
    }
  })

  it.each([
    ['a page with enough text', `<p>${words}</p><p hidden>Menu ${words}</p>`],
    ['little hidden text', '<p>Seen</p><p hidden>Menu</p>'],
    ['text that is never shown', `<p>Seen</p><p aria-hidden="true">Menu ${words}</p>`],
  ])('does not include hidden text: %s', async (_kind, page) => {
    const { content, note } = await extracted(page)
    expect(content).not.toContain('Menu')
    expect(note).toBeUndefined()
  })

  it('includes the text of a shadow root that the page declares', async () => {
    const page =
      '<my-card><template shadowrootmode="open"><p>In the shadow</p></template></my-card>'
    expect((await extracted(page)).content).toBe('In the shadow')
  })

  it('is refused if the selector is invalid', async () => {
    await expect(extracted('<p>x</p>', { extract: { selector: 'p:::[' } })).rejects.toMatchObject({
      code: 'invalid-params',
      message: 'extract.selector: invalid CSS selector: "p:::[".',
      details: { reason: 'selector-syntax' },
    })
  })
})

describe('an empty extraction', () => {
  it.each([
    ['<div id="root"></div><script src="/app.js"></script>', 'full', 'needs-javascript'],
    [
      '<div id="root"></div><script src="/app.js"></script>',
      { selector: 'h1' },
      'needs-javascript',
    ],
    ['<p>Text</p>', { selector: 'h1' }, 'selector-matched-nothing'],
    ['<p>Text</p><h1></h1>', { selector: 'h1' }, 'no-text'],
    ['<p></p>', 'article', 'no-text'],
    [' \n', 'article', 'empty-answer'],
  ] as const)('of %s reports the reason', async (page, extract, emptyReason) => {
    expect(await extracted(page, { extract })).toMatchObject({
      content: '',
      emptyReason,
      note: expect.stringMatching(/\.$/),
    })
  })

  it('includes HTML without text', async () => {
    expect(await extracted('<div><p></p></div>', { format: 'html' })).toMatchObject({
      content: '',
      emptyReason: 'no-text',
    })
  })

  it('reports that there are no links', async () => {
    expect(await extracted('<p>Text</p>', { format: 'links' })).toMatchObject({
      content: '',
      links: [],
      emptyReason: 'no-links',
    })
  })

  it('is not reported if there are images', async () => {
    const { content } = await extracted('<img src="a.png" alt="A map">', { extract: 'article' })
    expect(content).toBe('![A map](https://example.com/section/a.png)')
  })

  it('is announced by a note if a page waits for JavaScript', async () => {
    const page = '<div id="app">Loading…</div><script src="/app.js"></script>'
    expect(await extracted(page)).toMatchObject({
      content: 'Loading…',
      note: 'The page has almost no text; it seems to require JavaScript, which is not executed.',
    })
  })
})

describe('links', () => {
  it('have text, absolute URL and rel, each once', async () => {
    const page = `<base href="/docs/"><a href="a" rel="nofollow noopener"> Part\n one </a>
      <a href="a" rel="nofollow noopener">Part one</a> <a href="//other.example/x"><img alt="Logo" src="l.png"></a>
      <a href="mailto:a@example.com" aria-label="Write to us"></a> <a href="javascript:go()">Go</a> <a href="data:text/html,x">Data</a> <a name="top">Top</a> <a href="http://[">Bad</a>`
    const { links, content } = await extracted(page, { format: 'links' })
    expect(links).toEqual([
      { text: 'Part one', url: 'https://example.com/docs/a', rel: 'nofollow noopener' },
      { text: 'Logo', url: 'https://other.example/x' },
      { text: 'Write to us', url: 'mailto:a@example.com' },
    ])
    expect(content.split('\n')).toEqual([
      'Part one: https://example.com/docs/a',
      'Logo: https://other.example/x',
      'Write to us: mailto:a@example.com',
    ])
  })
})

describe('HTML', () => {
  it('is sanitized and has absolute URLs', async () => {
    const page =
      '<div onclick="x()"><p style="color:red">One <a href="javascript:x()">two</a> <a href="b">three</a></p><script>x()</script></div>'
    expect((await extracted(page, { format: 'html' })).content).toBe(
      '<div><p>One <a>two</a> <a href="https://example.com/section/b">three</a></p></div>',
    )
  })
})

describe('text', () => {
  it('keeps paragraphs, lists, tables and code apart', async () => {
    const page =
      '<h1>Head</h1><p>One<br>two  three</p><ul><li>a<ol><li>b</li><li>c</li></ol></li></ul><table>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr><tr><td>3</td><td>4</td></tr></table><pre>x\n  y</pre>'
    expect((await extracted(page, { format: 'text' })).content).toBe(
      'Head\n\nOne\ntwo three\n\n- a\n  1. b\n  2. c\n\n1\t2\n3\t4\n\nx\n  y',
    )
  })
})
