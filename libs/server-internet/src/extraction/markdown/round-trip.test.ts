import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import createRenderer from 'markdown-it'
import spec from 'commonmark-spec'
import { describe, expect, it } from 'vitest'

import { extracted } from '../../fixtures/extract.ts'

const renderer = createRenderer({ html: true })

/** Elements that the Markdown of each element may be rendered as. Any element may become a paragraph. */
const rendered: Readonly<Record<string, string>> = {
  strong: 'b strong dt summary',
  em: 'i em figcaption',
  s: 'del s strike',
  a: 'a',
  img: 'img',
  br: 'br table',
  hr: 'hr',
  code: 'code pre',
  pre: 'pre',
  ul: 'ul menu li',
  ol: 'ol',
  li: 'li ul ol menu',
  blockquote: 'blockquote',
  table: 'table',
  thead: 'table',
  tbody: 'table',
  tr: 'table',
  th: 'table',
  td: 'table',
  sup: 'sup',
  sub: 'sub',
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, `h${level}`])),
}

/** Elements that must not become more. */
const counted = ['a', 'img', 'hr', 'blockquote', 'table', 'pre', 'h1', 'h2', 'h3']

interface RoundTrip {
  /** Text of the page and of the rendered Markdown, without white space. */
  readonly texts: readonly [page: string, rendered: string]
  /** Rendered elements that the page does not have. */
  readonly added: string[]
  readonly markdown: string
}

async function roundTrip(html: string): Promise<RoundTrip> {
  const { content: markdown } = await extracted(html)
  const { content: clean } = await extracted(html, { format: 'html' })
  const page = bodyOf(clean)
  const result = bodyOf(renderer.render(markdown))
  const added = [...result.querySelectorAll('*')]
    .map(({ localName }) => localName)
    .filter((name) => name !== 'p')
    .filter(
      (name) => page.querySelectorAll(rendered[name]?.replaceAll(' ', ',') ?? 'none').length === 0,
    )
  const multiplied = counted.filter(
    (name) => result.querySelectorAll(name).length > page.querySelectorAll(name).length,
  )
  return { texts: [textOf(page), textOf(result)], added: [...added, ...multiplied], markdown }
}

function bodyOf(html: string): HTMLElement {
  return parseHTML(`<!doctype html><html><body>${html}</body></html>`).document.body
}

function textOf(element: Element): string {
  return (element.textContent ?? '').replaceAll(/\s+/g, '')
}

const word = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('a', 'bc', 'word', '日本', '「', '。', 'é', '1', '\u00A0'),
  },
  { weight: 3, arbitrary: fc.constantFrom(' ', '  ', '\n', ' a ', '. ') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '*',
      '**',
      '_',
      '__',
      '`',
      '``',
      '```',
      '~',
      '~~',
      '~~~',
      '<',
      '>',
      '&',
      '\\',
      '|',
      '!',
      '[',
      ']',
      '(',
      ')',
      '#',
      '## ',
      '- ',
      '-',
      '--',
      '---',
      '===',
      '+ ',
      '* ',
      '1. ',
      '2) ',
      '> ',
      ':',
      '|---|',
      '&lt;',
      '&copy;',
      '&#65;',
      '<div>',
      '</p>',
      '<img src=x>',
      '<b>',
      '<!--',
      '-->',
      '<?x?>',
      '<!X>',
      '[a](b)',
      '![a](b)',
      '[a]: b',
      '[^1]',
      '[ ] ',
      'www.example.com',
      'https://a.example',
      'a@b.example',
      '| a | b |',
      'snake_case',
      '<https://a.example>',
      '$x$',
      '{a}',
      '"',
      "'",
      '^',
      '%',
      '\u000B',
    ),
  },
)

const text = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => escaped(words.join('')))

function escaped(plain: string): string {
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const tag = (name: string) => (content: string) => `<${name}>${content}</${name}>`
const mapped = (content: fc.Arbitrary<string>, ...names: string[]) =>
  fc.tuple(fc.constantFrom(...names), content).map(([name, inner]) => tag(name)(inner))
const joinedWith = (item: fc.Arbitrary<string>, maxLength = 3) =>
  fc.array(item, { minLength: 1, maxLength }).map((items) => items.join(''))

const { page: pageHtml } = fc.letrec<
  Record<'inline' | 'inlines' | 'block' | 'blocks' | 'cells' | 'page', string>
>((tie) => ({
  inline: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    mapped(tie('inlines'), 'b', 'strong', 'i', 'em', 'del', 's', 'span', 'code', 'sup', 'sub'),
    tie('inlines').map((inner) => `<a href="/a?b=(1)&amp;copy;=*x*&amp;c=\`|\\">${inner}</a>`),
    text.map((alt) => `<img src="/i_*_.png" alt="${alt.replaceAll('"', '&quot;')}">`),
    fc.constant('<br>'),
  ),
  inlines: joinedWith(tie('inline'), 4),
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    mapped(tie('inlines'), 'p', 'h1', 'h2', 'h3', 'h6', 'div', 'pre', 'summary', 'figcaption'),
    mapped(tie('blocks'), 'blockquote', 'div', 'section', 'b', 'i', 'span', 'details'),
    fc
      .tuple(
        fc.constantFrom('ul', 'ol', 'ol start="7"'),
        joinedWith(mapped(tie('blocks'), 'li', 'li', 'ul')),
      )
      .map(([list, items]) => `<${list}>${items}</${list.slice(0, 2)}>`),
    joinedWith(tie('cells')).map((rows) => `<table><tr><th>h</th><th>i</th></tr>${rows}</table>`),
    fc.constant('<hr>'),
  ),
  blocks: joinedWith(fc.oneof(tie('block'), tie('inlines'))),
  cells: fc
    .tuple(tie('inlines'), tie('inlines'))
    .map((cells) => tag('tr')(cells.map(tag('td')).join(''))),
  page: joinedWith(tie('block'), 4),
}))

const numRuns = Number(process.env['MARKDOWN_ROUND_TRIPS'] ?? 300)

it(`keeps the text of ${numRuns} generated pages and adds no elements`, async () => {
  await fc.assert(
    fc.asyncProperty(pageHtml, async (html) => {
      const { texts, added, markdown } = await roundTrip(html)
      expect({ text: texts[1], added, markdown }).toEqual({ text: texts[0], added: [], markdown })
    }),
    { numRuns, seed: 20_250_301 },
  )
}, 600_000)

describe('the HTML of the CommonMark specification', () => {
  it('keeps its text and gets no elements', async () => {
    const failed: unknown[] = []
    for (const { html, number, section } of spec.tests) {
      const { texts, added, markdown } = await roundTrip(html)
      if (texts[0] !== texts[1] || added.length > 0)
        failed.push({ number, section, html, markdown, texts, added })
    }
    console.log(`CommonMark: ${spec.tests.length - failed.length} of ${spec.tests.length} pages`)
    expect(failed).toEqual([])
  }, 60_000)
})
