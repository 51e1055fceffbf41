import { describe, expect, it } from 'vitest'

import { isMediaType, isTextType, loadMediaTypes } from './media-type.ts'

const sources = [
  'a.ts b.mts c.cts d.tsx e.jsx f.js g.mjs h.py i.rs j.go k.java l.kt m.rb n.php o.c p.h q.cpp r.cs',
  's.swift t.scala u.sh v.lua w.pl x.r y.sql z.vue A.hs B.ex C.proto D.tf E.scss F.patch G.tex',
  'H.md I.csv J.html K.css L.txt M.log .gitignore Dockerfile Makefile LICENSE src/deep/N.PY',
].flatMap((names) => names.split(' '))

describe('the media type', () => {
  it.each(sources)('of the source file %s is text', async (name) => {
    const type = (await loadMediaTypes())(name)
    expect(isMediaType(type, 'text/*')).toBe(true)
    expect(isTextType(type)).toBe(true)
  })

  it.each(['a.json', 'a.jsonl', 'a.ndjson', 'a.ipynb', 'a.toml', 'a.yaml', 'a.xml', 'a.svg'])(
    'of the data file %s is readable as text',
    async (name) => {
      expect(isTextType((await loadMediaTypes())(name))).not.toBeUndefined()
    },
  )

  it.each([
    ['a.png', 'image/png'],
    ['a.pdf', 'application/pdf'],
    ['a.mp4', 'video/mp4'],
    ['a.zip', 'application/zip'],
    ['a.unknown', 'application/octet-stream'],
    ['unknown', 'application/octet-stream'],
  ])('of %s is %s', async (name, type) => {
    expect((await loadMediaTypes())(name)).toBe(type)
  })
})

it('matches every type with the range of all types', () => {
  expect(isMediaType('image/png', '*/*')).toBe(true)
})
