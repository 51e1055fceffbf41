import { describe, expect, it } from 'vitest'

import { extracted } from '../../fixtures/extract.ts'

async function markdown(html: string): Promise<string> {
  return (await extracted(html)).content
}

describe('code', () => {
  it.each([
    ['<pre><code class="language-ts">let a</code></pre>', 'ts'],
    ['<pre class="lang-py"><code>let a</code></pre>', 'py'],
    ['<div class="highlight highlight-source-shell"><pre>let a</pre></div>', 'shell'],
    [
      '<div class="highlight-rust notranslate"><div class="highlight"><pre>let a</pre></div></div>',
      'rust',
    ],
    ['<pre class="brush: sql; gutter: false">let a</pre>', 'sql'],
    [
      '<div class="sourceCode"><pre class="sourceCode haskell"><code>let a</code></pre></div>',
      'haskell',
    ],
    ['<pre><code data-lang="c++">let a</code></pre>', 'c++'],
    ['<pre data-language="C#">let a</pre>', 'c#'],
    ['<pre class="language-none">let a</pre>', ''],
    ['<pre>let a</pre>', ''],
  ])('keeps the language of %s', async (html, language) => {
    expect(await markdown(html)).toBe(`\`\`\`${language}\nlet a\n\`\`\``)
  })

  it('keeps every line unchanged', async () => {
    expect(await markdown('<pre>\n  a  \n\n\n\n<b>b</b><br>&lt;c&gt; *_\n</pre>')).toBe(
      '```\n  a  \n\n\n\nb\n<c> *_\n```',
    )
  })

  it('has a fence longer than any fence in it', async () => {
    expect(await markdown('<pre>```\n````x</pre>')).toBe('`````\n```\n````x\n`````')
  })

  it('loses its line numbers', async () => {
    expect(
      await markdown(
        '<table><tr><td class="gutter"><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr></table>',
      ),
    ).toBe('```\na\nb\n```')
  })
})

describe('tables', () => {
  it('have the header of the page in any markup', async () => {
    const expected = '| a | b |\n| --- | --- |\n| 1 | 2 |'
    const body = '<tr><td>1</td><td>2</td></tr>'
    expect(await markdown(`<table><tr><th>a</th><th>b</th></tr>${body}</table>`)).toBe(expected)
    expect(
      await markdown(
        `<table><thead><tr><td>a</td><td>b</td></tr></thead><tbody>${body}</tbody></table>`,
      ),
    ).toBe(expected)
  })

  it('have an empty header otherwise, since Markdown requires one', async () => {
    expect(
      await markdown('<table><tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr></table>'),
    ).toBe('|  |  |\n| --- | --- |\n| a | 1 |\n| b | 2 |')
  })

  it('escape characters that would end a cell or a line', async () => {
    expect(
      await markdown(
        String.raw`<table><tr><th>a|b</th><th>c\|d</th></tr><tr><td>1<br>2</td><td><p>x</p><p>y</p></td></tr></table>`,
      ),
    ).toBe('| a\\|b | c\\\\\\|d |\n| --- | --- |\n| 1<br>2 | x<br>y |')
  })

  it('keep their columns if cells span several', async () => {
    expect(
      await markdown(
        '<table><tr><th>a</th><th>b</th><th>c</th></tr><tr><td rowspan="2">1</td><td colspan="2">2</td></tr><tr><td>3</td><td>4</td></tr></table>',
      ),
    ).toBe('| a | b | c |\n| --- | --- | --- |\n| 1 | 2 |  |\n|  | 3 | 4 |')
  })

  it('keep the text of more than 100 columns', async () => {
    const cells = Array.from({ length: 120 }, (_, at) => `c${at}`)
    const [header = '', , row = ''] = (
      await markdown(
        `<table><tr><th>${cells.join('</th><th>')}</th></tr><tr><td>1</td><td colspan="200">2</td><td>3</td></tr></table>`,
      )
    ).split('\n')
    expect(header).toContain('| c99 | c100 |')
    expect(header).toContain('| c119 |')
    expect(row).toMatch(/^\| 1 \| 2 \|(?: {2}\|){98} 3 \|$/)
  })

  it('have code in their cells', async () => {
    expect(
      await markdown(
        '<table><tr><th>Option</th><th>Example</th></tr><tr><td>-v</td><td><pre>x | y\nz</pre></td></tr></table>',
      ),
    ).toBe('| Option | Example |\n| --- | --- |\n| -v | `x \\| y`<br>`z` |')
  })

  it('have one header, and the other rows of a head follow', async () => {
    expect(
      await markdown(
        '<table><thead><tr><th>a</th><th>b</th></tr><tr><th>c</th><th>d</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>',
      ),
    ).toBe('| a | b |\n| --- | --- |\n| c | d |\n| 1 | 2 |')
  })

  it('that are used for layout become paragraphs', async () => {
    expect(
      await markdown(
        '<table><tr><td><h2>News</h2></td><td><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></td></tr></table>',
      ),
    ).toBe('## News\n\n| a | b |\n| --- | --- |\n| 1 | 2 |')
  })
})

describe('lists', () => {
  it('nest, count and contain paragraphs', async () => {
    expect(
      await markdown('<ol start="9"><li>a<ul><li><p>b</p><p>c</p></li></ul></li><li>d</li></ol>'),
    ).toBe('9. a\n   - b\n\n     c\n10. d')
  })

  it.each([
    ['<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>', '- a\n  - b\n- c'],
    ['<ol><li>a</li><ol><li>b</li></ol><li>c</li></ol>', '1. a\n   1. b\n2. c'],
    ['<ul><ul><li>b</li></ul></ul>', '- - b'],
    ['<ul><li>a<ol start="4"><li>b</li></ol></li></ul>', '- a\n\n  4. b'],
    ['<ul><li>a<pre>b\n  c</pre></li></ul>', '- a\n\n  ```\n  b\n    c\n  ```'],
    ['<ul><li><hr></li></ul>', '- ***'],
  ])('keep the levels of %s', async (html, expected) => {
    expect(await markdown(html)).toBe(expected)
  })

  it('count empty items', async () => {
    expect(await markdown(`<ol>${'<li></li>'.repeat(20_000)}<li>a</li></ol>`)).toBe('20001. a')
  })

  it('of tasks keep their state', async () => {
    expect(
      await markdown(
        '<ul><li><input type="checkbox" checked> a</li><li><label><input type="checkbox"> b</label></li></ul>',
      ),
    ).toBe('- [x] a\n- [ ] b')
  })

  it('of definitions keep terms and their definitions together', async () => {
    expect(
      await markdown(
        '<dl><dt>Term</dt><dd>First</dd><dd>Second</dd><dt>Other</dt><dd>Third</dd></dl>',
      ),
    ).toBe('**Term**\n: First\n: Second\n\n**Other**\n: Third')
  })
})

describe('links and images', () => {
  it('are absolute, relative to the base element if present', async () => {
    expect(await markdown('<a href="../a?b=1#c">A</a> <img src="/i.png" alt="I">')).toBe(
      '[A](https://example.com/a?b=1#c) ![I](https://example.com/i.png)',
    )
    expect(
      await markdown('<base href="https://cdn.example.net/x/"><a href="a">A</a> <img src="i.png">'),
    ).toBe('[A](https://cdn.example.net/x/a) ![](https://cdn.example.net/x/i.png)')
  })

  it('with javascript: or data: URLs are removed, and their text is kept', async () => {
    expect(
      await markdown(
        '<a href="javascript:a()">A</a> <a href=" JaVaScRiPt:a()">B</a> <a href="vbscript:a()">C</a> <a href="data:text/html,x">D</a> <img src="data:image/png;base64,AA" alt="E">',
      ),
    ).toBe('A B C D')
  })

  it('stay in one line', async () => {
    expect(await markdown('<a href="/a"><h3>Card</h3><p>Text</p></a>')).toBe(
      '[Card Text](https://example.com/a)',
    )
  })

  it('keep parentheses and spaces in their URLs', async () => {
    expect(await markdown('<a href="/wiki/A_(b)">A</a> <a href="/a b">B</a>')).toBe(
      '[A](<https://example.com/wiki/A_(b)>) [B](https://example.com/a%20b)',
    )
  })

  it.each([
    '<p>x<img class="lazy" src="data:image/gif;base64,AA"><noscript><img src="real.jpg" alt="I"></noscript></p>',
    '<p>x<noscript>Turn on JavaScript. <img src="real.jpg" alt="I"></noscript><img data-src="real.jpg"></p>',
    '<p>x<img data-src="real.jpg" alt="I"><noscript><a href="/"><img src="real.jpg"></a></noscript></p>',
    '<p>x<img data-srcset="real.jpg 1x, big.jpg 2x" alt="I"></p>',
  ])('of images in a noscript point to the image, once: %s', async (html) => {
    expect(await markdown(html)).toBe('x![I](https://example.com/section/real.jpg)')
  })

  it('of an exclamation mark before a link does not make it an image', async () => {
    expect(await markdown('<p>Look!<a href="/a">A</a>!</p>')).toBe(
      String.raw`Look\![A](https://example.com/a)!`,
    )
  })

  it('of lazily loaded images point to the image', async () => {
    expect(
      await markdown(
        '<img src="data:image/gif;base64,AA" data-src="a.jpg"><img srcset="b.jpg 1x, c.jpg 2x">',
      ),
    ).toBe('![](https://example.com/section/a.jpg)![](https://example.com/section/b.jpg)')
  })
})

describe('words', () => {
  it('are escaped as Markdown', async () => {
    expect(await markdown('<p>1. a *b* _c_ [d](e) # f &lt;g&gt;</p>')).toBe(
      String.raw`1\. a \*b\* \_c\_ \[d\](e) # f &lt;g>`,
    )
  })

  it.each([
    [
      '<p>Use &lt;div&gt; or List&lt;String&gt;; 1 &lt; 2 &amp;&amp; a &lt;b</p>',
      'Use &lt;div> or List&lt;String>; 1 < 2 && a &lt;b',
    ],
    ['<p>&amp;lt; &amp;copy; &amp;#65; AT&amp;T</p>', '\\&lt; \\&copy; \\&#65; AT&T'],
    [
      '<p>- a</p><p>+ b</p><p>3) c</p><p># d</p><p>&gt; e</p><p>---</p>',
      '\\- a\n\n\\+ b\n\n3\\) c\n\n\\# d\n\n\\> e\n\n\\---',
    ],
    ['<p>a<br>===<br>| b |<br>- c</p>', 'a  \n\\===  \n| b |  \n\\- c'],
    ['<p>snake_case _a_ C:\\Users</p>', 'snake_case \\_a\\_ C:\\Users'],
    ['<h2>C #</h2>', '## C \\#'],
  ])('keep the text of %s', async (html, expected) => {
    expect(await markdown(html)).toBe(expected)
  })

  it.each([
    ['<b>c</b><b>d</b>', '**cd**'],
    ['<b>One<br></b>two', '**One**  \ntwo'],
    ['<b><p>One</p><p>Two</p></b>', '**One**\n\n**Two**'],
    ['<b> a </b>b', '**a** b'],
    ['<b></b>a<i> </i>b', 'a b'],
    ['<b>a</b><i>b</i>', '**a**b'],
    ['<b>a.</b>b', 'a.b'],
    ['<b>「a」</b>は', '「a」は'],
    ['<b>a <i>b</i></b>', '**a *b***'],
    ['<code>a</code><code>b</code>', '`ab`'],
    ['<code>a`b</code>`c', '``a`b``\\`c'],
    ['<b><code>a</code></b>', '**`a`**'],
    ['a<br><br>b', 'a\n\nb'],
  ])('keep the formats of %s', async (html, expected) => {
    expect(await markdown(`<div>${html}</div>`)).toBe(expected)
  })

  it('keep strikethrough, superscript, details and captions', async () => {
    expect(
      await markdown(
        '<p><s>a</s> x<sup>2</sup> H<sub>2</sub>O</p><details><summary>More</summary>b</details><figure><img src="/i.png" alt="I"><figcaption>Cap</figcaption></figure>',
      ),
    ).toBe(
      '~~a~~ x<sup>2</sup> H<sub>2</sub>O\n\n**More**\n\nb\n\n![I](https://example.com/i.png)\n\n*Cap*',
    )
  })
})
